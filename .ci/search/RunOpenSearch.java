import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.codelibs.opensearch.runner.OpenSearchRunner;

/** {@code java RunOpenSearch.java FOLDER ADDRESS_FILE}: one real node on 127.0.0.1, until it is told to end; its address goes into the file. */
public final class RunOpenSearch {
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Path addressFile = Path.of(arguments[1]);
    int http = freePort();
    int transport = freePort();
    OpenSearchRunner runner = new OpenSearchRunner();
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(runner, ended)));
    runner
        .onBuild(
            (number, settings) -> {
              settings.put("network.host", "127.0.0.1");
              settings.put("http.port", String.valueOf(http));
              settings.put("transport.port", String.valueOf(transport));
              settings.put("discovery.type", "single-node");
              settings.remove("cluster.initial_cluster_manager_nodes");
              settings.remove("cluster.initial_master_nodes");
              settings.putList("discovery.seed_hosts");
              settings.put("cluster.routing.allocation.disk.threshold_enabled", "false");
            })
        .build(
            OpenSearchRunner.newConfigs()
                .basePath(folder.toString())
                .clusterName("guardian-ci")
                .numOfNode(1)
                .disableESLogger());
    runner.ensureYellow();
    Path written = Files.writeString(addressFile.resolveSibling("address.part"), "http://127.0.0.1:" + http);
    Files.move(written, addressFile);
    ended.await();
  }

  private static void close(OpenSearchRunner runner, CountDownLatch ended) {
    try {
      runner.close();
    } catch (Exception failed) {
      System.err.println("OpenSearch did not close: " + failed);
    }
    ended.countDown();
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
