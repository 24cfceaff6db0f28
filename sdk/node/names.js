// Names of WIT as JavaScript writes them, in the way of jco.

/** `word-count` is `wordCount`. */
export function camel(name) {
  return name.replace(/-([a-zA-Z0-9])/g, (_, c) => c.toUpperCase());
}

/** `word-counter` is `WordCounter`. */
export function pascal(name) {
  const word = camel(name);
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** `ns:pkg/text-tools@0.1.0` is `textTools`. */
export function interfaceName(name) {
  return camel(name.split("@")[0].split("/").pop());
}
