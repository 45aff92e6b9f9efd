// The viewer is made for bundlers and names files of lodash without their extension; node wants it.
export const resolve = (name, context, next) => next(/^lodash\/\w+$/.test(name) ? `${name}.js` : name, context);
