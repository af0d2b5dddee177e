"""Notes: Markdown as people write it → what it says, line by line."""
