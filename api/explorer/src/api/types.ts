// Answers of the service, as its description has them.

export type Texts = Readonly<Record<string, string>>;

export interface Summary {
  readonly slug: string;
  readonly name: string;
  readonly type: string;
}

export interface Source {
  readonly document: string;
  readonly name: string;
  readonly section: string | null;
  readonly heading: string | null;
  readonly line: number | null;
  readonly written_line: number | null;
  readonly basis: string;
  readonly words: string | null;
}

export interface Derivation {
  readonly rule: string;
  readonly premise: string;
}

export interface Connection {
  readonly relation: string;
  readonly label: string;
  readonly direction: "out" | "in";
  readonly target: Summary;
  readonly sentence: string;
  readonly edge: string;
  readonly inferred: boolean;
  readonly sources: readonly Source[];
  readonly derivations: readonly Derivation[];
  readonly depth: number;
  readonly via: string | null;
}

export interface Opinion {
  readonly polarity: string;
  readonly words: string;
  readonly language: string;
  readonly grade: string | null;
  readonly sources: readonly Source[];
}

export interface Entity extends Summary {
  readonly iri: string;
  readonly types: readonly string[];
  readonly labels: Texts;
  readonly descriptions: Texts;
  readonly spellings: readonly string[];
  readonly attributes: Readonly<Record<string, readonly { value: string; sources: readonly Source[] }[]>>;
  readonly opinions: readonly Opinion[];
  readonly questions: readonly { texts: Texts; relation: string | null; target: string | null; sources: readonly Source[] }[];
  readonly relations: readonly Connection[];
  readonly sources: readonly Source[];
}

export interface Hit extends Summary {
  readonly match: string;
  readonly field: string;
  readonly text: string;
  /** Where the words are in the text: beginning and end, in characters. */
  readonly highlights: readonly (readonly [number, number])[];
  readonly slips: number;
}

export interface Hits {
  readonly items: readonly Hit[];
  readonly complete: boolean;
}

export interface FacetValue {
  readonly value: string;
  readonly label: string;
  readonly count: number;
  readonly filter: string;
}

export interface Facet {
  readonly field: string;
  readonly values: readonly FacetValue[];
  readonly distinct: number;
  readonly missing: number;
}

export interface Page {
  readonly total: number;
  readonly items: readonly (Summary & { documents?: readonly string[]; relations?: number })[];
  readonly facets: Readonly<Record<string, Facet>>;
}

export interface TypeEntry {
  readonly key: string;
  readonly iri: string;
  readonly labels: Texts;
  readonly comments: Texts;
  readonly parents: readonly string[];
  readonly colour: string;
  readonly count: number;
}

export interface RelationEntry {
  readonly key: string;
  readonly iri: string;
  readonly labels: Texts;
  readonly comments: Texts;
  readonly sentences: Texts;
  readonly inverse: string;
  readonly parents: readonly string[];
  readonly domain: readonly string[];
  readonly range: readonly string[];
  readonly symmetric: boolean;
  readonly transitive: boolean;
  readonly stated: number;
  readonly count: number;
}

export interface Word {
  readonly key: string;
  readonly iri: string;
  readonly labels: Texts;
  readonly comments: Texts;
  readonly kind: string;
}

export interface About {
  readonly title: string;
  readonly version: string;
  readonly licence: string;
  readonly base_iri: string;
  readonly writes: boolean;
  readonly limits: { readonly seconds: number; readonly rows: number; readonly memory_mib: number };
  readonly prefixes: Texts;
  readonly words: {
    readonly languages: readonly string[];
    readonly attributes: readonly Word[];
    readonly polarities: readonly Word[];
    readonly bases: readonly Word[];
  };
}

export interface Example {
  readonly id: string;
  readonly question: Texts;
  readonly sparql: string;
  readonly rest: string;
  readonly answer: readonly (readonly string[])[];
}

export interface Generation {
  readonly id: number;
  readonly published: string;
  readonly cause: string;
  readonly by: string;
  readonly changed: readonly string[];
  readonly documents: number;
  readonly triples: number;
}

export interface DocumentEntry {
  readonly slug: string;
  readonly collection: string;
  readonly path: string;
  readonly status: string;
  readonly statements: number;
  readonly triples: number;
}

export interface Statement {
  readonly id: string;
  readonly subject: Summary;
  readonly relation: string;
  readonly sentence: string;
  readonly inferred: boolean;
  readonly sources: readonly Source[];
}

export interface Explanation {
  readonly statement: Statement;
  readonly sentence: string;
  readonly reasons: readonly { readonly rule: string; readonly words: string; readonly premise: Explanation }[];
  readonly through: readonly Explanation[];
  readonly text: readonly string[];
}

export interface Term {
  readonly type: "uri" | "literal" | "bnode" | "triple";
  readonly value: string;
  readonly datatype?: string;
  readonly "xml:lang"?: string;
}

export interface ResultTable {
  readonly head: { readonly vars?: readonly string[] };
  readonly boolean?: boolean;
  readonly results?: { readonly bindings: readonly Readonly<Record<string, Term>>[] };
}

export interface VerdictCounts {
  readonly conforms: boolean;
  readonly total: number;
  readonly severities: Readonly<Record<string, number>>;
}
