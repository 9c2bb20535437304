/env --class-path ${project.build.outputDirectory}${path.separator}${examples.classpath}
