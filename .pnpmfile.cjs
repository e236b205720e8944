// Scalar's browser bundle, the one file that is served, has everything in it: what its other builds import is not needed.
module.exports = {
  hooks: {
    readPackage(manifest) {
      if (manifest.name === "@scalar/api-reference") manifest.dependencies = {};
      return manifest;
    },
  },
};
