import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Exit;

/**
 * Runs Apache Kafka's command line tools one after another in one warm JVM: a JSON request per line
 * in, a JSON answer per line out. Starting a JVM is nearly all that a tool takes.
 *
 * <p>Tools keep state in static fields and end the process when they are done. So each run loads the
 * tools' classes anew, and ending the process is an exception here. What Kafka's clients keep in
 * static fields stays from run to run.
 */
public final class ToolRunner {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long TIMEOUT_MS = 120_000;
    private static final int DID_NOT_END = -1;

    private static volatile Run current = new Run();

    private ToolRunner() {}

    public static void main(String[] arguments) throws IOException {
        Exit.setExitProcedure((code, message) -> current.exit(code));
        Exit.setHaltProcedure((code, message) -> current.exit(code));
        Exit.setShutdownHookAdder((name, hook) -> current.hooks.add(hook));
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in));
        PrintStream answers = System.out;
        PrintStream printed = new PrintStream(new OutputOfCurrentRun(), true, StandardCharsets.UTF_8);
        System.setOut(printed); // once and for all: loggers keep the stream that they find first
        System.setErr(printed);
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            current = new Run();
            ObjectNode answer = current.answer(JSON.readTree(line));
            answers.println(JSON.writeValueAsString(answer));
            answers.flush();
        }
        Runtime.getRuntime().halt(0); // whatever a tool has left running
    }

    /** What a tool gets to see when it ends the process. */
    private static final class Ended extends RuntimeException { }

    /** Everything printed belongs to the run that is under way. */
    private static final class OutputOfCurrentRun extends OutputStream {
        @Override
        public void write(int content) {
            current.output.write(content);
        }

        @Override
        public void write(byte[] content, int offset, int length) {
            current.output.write(content, offset, length);
        }
    }

    /**
     * One run of one tool. Its exit code and its output are those of its first attempt to exit; what
     * it then prints on the way out of its methods no JVM would show. Its shutdown hooks come last.
     */
    private static final class Run {
        private final ByteArrayOutputStream output = new ByteArrayOutputStream();
        private final List<Runnable> hooks = new ArrayList<>();
        private Integer exitCode;
        private String printed;

        private synchronized void end(int code) {
            if (exitCode == null) {
                exitCode = code;
                printed = output.toString(StandardCharsets.UTF_8);
            }
        }

        private void exit(int code) {
            end(code);
            throw new Ended();
        }

        private void runHooks() {
            output.reset();
            hooks.forEach(Runnable::run);
            printed += output.toString(StandardCharsets.UTF_8);
        }

        private ObjectNode answer(JsonNode request) {
            byte[] input = request.get("stdin").asText().getBytes(StandardCharsets.UTF_8);
            System.setIn(new ByteArrayInputStream(input));
            runInTime(request.get("tool").asText(), words(request.get("arguments")));
            return JSON.createObjectNode().put("exit_code", exitCode).put("output", printed);
        }

        private void runInTime(String tool, String[] arguments) {
            Thread thread = new Thread(() -> runToItsEnd(tool, arguments), tool);
            thread.setDaemon(true);
            thread.start();
            try {
                thread.join(TIMEOUT_MS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            end(DID_NOT_END);
        }

        private void runToItsEnd(String tool, String[] arguments) {
            try (URLClassLoader loader = new ToolLoader()) {
                Thread.currentThread().setContextClassLoader(loader);
                runMain(loader, tool, arguments);
                runHooks();
            } catch (IOException wrong) {
                throw new UncheckedIOException(wrong);
            }
        }

        private void runMain(ClassLoader loader, String tool, String[] arguments) {
            try {
                Class<?> main = loader.loadClass(tool);
                main.getMethod("main", String[].class).invoke(null, (Object) arguments);
                end(0);
            } catch (InvocationTargetException thrown) {
                if (!(thrown.getCause() instanceof Ended)) {
                    thrown.getCause().printStackTrace();
                }
                end(1);
            } catch (ReflectiveOperationException wrong) {
                wrong.printStackTrace();
                end(1);
            }
        }
    }

    private static String[] words(JsonNode arguments) {
        List<String> words = new ArrayList<>();
        arguments.forEach(word -> words.add(word.asText()));
        return words.toArray(new String[0]);
    }

    /** Loads the tools' own classes itself and leaves everything else to the JVM's loader. */
    private static final class ToolLoader extends URLClassLoader {
        private ToolLoader() throws MalformedURLException {
            super(classPath(), ToolRunner.class.getClassLoader());
        }

        private static URL[] classPath() throws MalformedURLException {
            List<URL> entries = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                entries.add(new File(entry).toURI().toURL());
            }
            return entries.toArray(new URL[0]);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                if (known != null) {
                    return known;
                }
                return isOfATool(name) ? findClass(name) : super.loadClass(name, resolve);
            }
        }

        private static boolean isOfATool(String name) {
            return name.startsWith("org.apache.kafka.tools.") || name.startsWith("kafka.");
        }
    }
}
