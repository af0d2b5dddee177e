// The graph as a picture, or where none can be drawn, as a table.
import { Waiting } from "../../ui/parts";
import { Canvas } from "./Canvas";
import { canDraw } from "./drawing";
import { Rows } from "./Rows";
import { say } from "./texts";
import { Workbench } from "./Workbench";

export default function Graph() {
  if (canDraw()) {
    return <Workbench draw={({ picture, places, trail }) => (places ? <Canvas picture={picture} places={places} trail={trail} /> : <div class="stage"><Waiting /></div>)} />;
  }
  return <Workbench draw={(scene) => <><p class="omission" role="status">{say("noCanvas")}</p><Rows {...scene} /></>} />;
}
