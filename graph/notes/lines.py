"""The lines of a text as an editor shows them."""

from graph.characters import cleaned


def lines_of(text: str) -> list[str]:
    r"""Return the lines of *text*, without their ends; what no text should hold is U+FFFD.

    >>> lines_of("a\r\nb\rc\n")
    ['a', 'b', 'c']
    """
    lines = cleaned(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return lines[:-1] if not lines[-1] else lines
