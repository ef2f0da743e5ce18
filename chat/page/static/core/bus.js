/** What happened inside the page: state tells topics, elements listen to them. */

const listeners = new Map();

/** Call `react` with whatever is told about the topic; returns the function that ends it. */
export function listen(topic, react) {
  if (!listeners.has(topic)) listeners.set(topic, new Set());
  listeners.get(topic).add(react);
  return () => {
    const rest = listeners.get(topic);
    rest?.delete(react);
    if (rest?.size === 0) listeners.delete(topic);
  };
}

/** Tell all who listen to the topic. One that fails does not keep it from the others. */
export function tell(topic, payload) {
  for (const react of [...(listeners.get(topic) ?? [])]) {
    try {
      react(payload);
    } catch (error) {
      reportError(error);
    }
  }
}
