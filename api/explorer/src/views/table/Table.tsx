// The table twin of the graph.
import { Rows } from "../graph/Rows";
import { Workbench } from "../graph/Workbench";

export default function Table() {
  return <Workbench draw={(scene) => <Rows {...scene} />} />;
}
