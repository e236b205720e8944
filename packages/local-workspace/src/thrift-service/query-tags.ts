import type { QueryTag } from "../sql/statement-log.ts";

/** The tags of one statement, which drivers write as `key:value,key` with a backslash before a separator that is meant as itself. */
export function queryTags(overlay: ReadonlyMap<string, string> | undefined): readonly QueryTag[] {
  const [, text = ""] = [...(overlay ?? [])].find(([name]) => name.toLowerCase() === "query_tags") ?? [];
  const tags: QueryTag[] = [];
  let tag: QueryTag = { key: "" };
  const add = (character: string) => {
    if (tag.value === undefined) tag.key += character;
    else tag.value += character;
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === "\\") add(text.charAt((at += 1)));
    else if (character === ":" && tag.value === undefined) tag.value = "";
    else if (character === ",") {
      tags.push(tag);
      tag = { key: "" };
    } else add(character);
  }
  return text === "" ? [] : [...tags, tag];
}
