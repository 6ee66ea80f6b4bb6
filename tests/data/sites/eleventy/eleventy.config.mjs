export default (config) => {
  config.addPassthroughCopy({ "content/icon.svg": "icon.svg" });
  return {
    pathPrefix: "/name/",
    markdownTemplateEngine: false, // the posts speak of templates
    dir: { input: "content", includes: "../_includes", output: "public" },
  };
};
