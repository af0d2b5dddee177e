// The colours that a drawing uses, as the page has them now.  A canvas knows no variables of style sheets.

export interface Look {
  readonly paper: string;
  readonly raised: string;
  readonly ink: string;
  readonly soft: string;
  readonly rule: string;
  readonly accent: string;
  readonly font: string;
}

export function lookNow(): Look {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    paper: value("paper"),
    raised: value("raised"),
    ink: value("ink"),
    soft: value("soft"),
    rule: value("rule"),
    accent: value("accent"),
    font: getComputedStyle(document.body).fontFamily,
  };
}
