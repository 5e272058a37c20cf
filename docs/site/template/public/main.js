// Blocks without a language are formulas and lines of a shell: none is guessed.
export default {
  configureHljs: (hljs) => hljs.configure({ languages: [] }),
}
