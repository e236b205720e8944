import { useState } from "react";

/** State of one folder, which another does not take over: it begins with `initial`. */
export function useOfFolder<Value>(path: string, initial: Value) {
  const [state, setState] = useState({ path, value: initial });
  const current = state.path === path ? state : { path, value: initial };
  if (current !== state) setState(current);
  // What ends late does not change the state of the folder that is open by then.
  const set = (value: Value) => setState((now) => (now.path === path ? { path, value } : now));
  return [current.value, set] as const;
}
