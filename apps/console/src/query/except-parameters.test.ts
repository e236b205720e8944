import { CompletionContext } from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { expect, it } from "vitest";
import { exceptParameters } from "./except-parameters.ts";

it.each([
  ["a > :least", false],
  [":", false],
  ["a > least", true],
  ["a::DA", true],
  ["a:b.least", true],
])("completes after %j: %j", async (doc, isCompleted) => {
  const source = exceptParameters(() => ({ from: 0, options: [{ label: "least" }] }));
  const context = new CompletionContext(EditorState.create({ doc }), doc.length, false);
  expect((await source(context)) !== null).toBe(isCompleted);
});
