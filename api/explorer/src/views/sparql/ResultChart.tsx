// An answer of names or dates with numbers, as bars or a line; the values stand beside it as a table.
import { number } from "../../i18n";
import { type Chart, lineOf, scaleOf } from "./chart";
import { Value, shownOf } from "./ResultTable";
import { s } from "./texts";

const WIDTH = 800;
const HEIGHT = 240;

export function ResultChart({ chart }: { chart: Chart }) {
  const { label, measure } = chart;
  return (
    <div class="result-chart">
      <p class="chart-title">{s(chart.kind === "bars" ? "chartBars" : "chartLine", { label, measure })}</p>
      {chart.kind === "bars" ? <Bars chart={chart} /> : <Line chart={chart} />}
      {chart.omitted > 0 && <p class="quiet">{s("chartOmitted", { count: chart.omitted })}</p>}
    </div>
  );
}

/** Bars are the cells of a table, so that everyone reads the same. */
function Bars({ chart }: { chart: Chart }) {
  const scale = scaleOf(chart.points);
  const nought = scale.of(0) * 100;
  return (
    <table class="bars">
      <thead><tr><th scope="col">{chart.label}</th><th scope="col" class="number">{chart.measure}</th><td /></tr></thead>
      <tbody>
        {chart.points.map((one, place) => {
          const end = scale.of(one.value) * 100;
          return (
            <tr key={place}>
              <th scope="row"><Value cell={one.cell} /></th>
              <td class="number">{number(one.value)}</td>
              <td class="bar">
                <svg aria-hidden="true" width="100%" height="16"><rect x={`${Math.min(nought, end)}%`} width={`${Math.abs(end - nought)}%`} height="16" rx="2" /></svg>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Line({ chart }: { chart: Chart }) {
  const scale = scaleOf(chart.points);
  const [first, last] = [chart.points[0], chart.points.at(-1)];
  const title = s("chartLine", { label: chart.label, measure: chart.measure });
  return (
    <>
      <div class="line-chart">
        <div class="scale" aria-hidden="true"><span>{number(scale.greatest)}</span><span>{number(scale.least)}</span></div>
        <svg role="img" aria-label={title} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
          <line x1="0" x2={WIDTH} y1={HEIGHT - scale.of(0) * HEIGHT} y2={HEIGHT - scale.of(0) * HEIGHT} />
          <polyline points={lineOf(chart.points, WIDTH, HEIGHT)} />
        </svg>
        <div class="ends" aria-hidden="true"><span>{first && shownOf(first.cell)}</span><span>{last && shownOf(last.cell)}</span></div>
      </div>
      <details>
        <summary>{s("chartValues")}</summary>
        <table>
          <thead><tr><th scope="col">{chart.label}</th><th scope="col" class="number">{chart.measure}</th></tr></thead>
          <tbody>{chart.points.map((one, place) => <tr key={place}><th scope="row"><Value cell={one.cell} /></th><td class="number">{number(one.value)}</td></tr>)}</tbody>
        </table>
      </details>
    </>
  );
}
