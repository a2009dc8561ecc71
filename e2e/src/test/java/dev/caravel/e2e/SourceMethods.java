package dev.caravel.e2e;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** The methods of source files and how long they are, as the compiler's parser sees them. */
final class SourceMethods {

    private SourceMethods() {}

    /**
     * A method or constructor.
     *
     * @param lines from its first annotation or modifier to its closing brace; without its Javadoc
     */
    record Method(Path file, String name, int lines) {}

    static List<Method> of(List<Path> files) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<Method> methods = new ArrayList<>();
        try (StandardJavaFileManager manager =
                compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            var units = manager.getJavaFileObjectsFromPaths(files);
            var task = (JavacTask) compiler.getTask(null, manager, null, null, null, units);
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                unit.accept(new Scanner(unit, positions, methods), null);
            }
        }
        return methods;
    }

    private static final class Scanner extends TreeScanner<@Nullable Void, @Nullable Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<Method> methods;

        Scanner(CompilationUnitTree unit, SourcePositions positions, List<Method> methods) {
            this.unit = unit;
            this.positions = positions;
            this.methods = methods;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
            long end = positions.getEndPosition(unit, method);
            if (end > 0) {
                var map = unit.getLineMap();
                long lines =
                        map.getLineNumber(end)
                                - map.getLineNumber(positions.getStartPosition(unit, method))
                                + 1;
                methods.add(
                        new Method(
                                Path.of(unit.getSourceFile().toUri()),
                                method.getName().toString(),
                                (int) lines));
            }
            return super.visitMethod(method, null);
        }
    }
}
