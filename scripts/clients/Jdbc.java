import java.math.BigDecimal;
import java.sql.*;
import java.util.*;
import java.util.concurrent.Callable;

/** Databricks' JDBC driver against the local workspace. Arguments: what the rows call it, its version, its JDBC URL. */
public class Jdbc {
    static String client;
    static String version;
    static boolean failed;

    /** Prints a row, as rows.py does: client, version, what ran, ok or why it failed; tab-separated. */
    static void run(String what, Object expected, Callable<Object> work) {
        String outcome;
        try {
            Object found = work.call();
            outcome = expected.equals(found) ? "ok" : "failed: " + found + ", not " + expected;
        } catch (Throwable error) {
            outcome = "failed: " + error;
        }
        failed |= !outcome.equals("ok");
        outcome = outcome.replaceAll("\\s+", " ");
        outcome = outcome.substring(0, Math.min(300, outcome.length()));
        System.out.println(client + "\t" + version + "\t" + what + "\t" + outcome);
    }

    /** The values of the columns of each row. */
    static List<List<String>> rows(ResultSet results, int... columns) throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        try (results) {
            while (results.next()) {
                List<String> row = new ArrayList<>();
                for (int column : columns) row.add(results.getString(column));
                rows.add(row);
            }
        }
        return rows;
    }

    static boolean has(ResultSet results, String value) throws SQLException {
        return rows(results, 1).contains(List.of(value));
    }

    static long sum(Statement statement, int count) throws SQLException {
        long sum = 0;
        try (ResultSet results = statement.executeQuery("SELECT id, concat('row ', id) FROM range(" + count + ")")) {
            while (results.next()) sum += results.getLong(1);
        }
        return sum;
    }

    /** Cancels again and again: over REST the driver does not know the statement in its first 10 s, and does nothing. */
    static String cancelled(Connection connection) throws Exception {
        try (Statement statement = connection.createStatement()) {
            Thread canceller = new Thread(() -> {
                try {
                    for (;;) {
                        Thread.sleep(1000);
                        statement.cancel();
                    }
                } catch (InterruptedException | SQLException ended) {
                    // The statement is over.
                }
            });
            canceller.start();
            String sql = "SELECT count(*) FROM range(1000000) a CROSS JOIN range(1000000) b WHERE a.id * b.id % 7 = 3";
            try {
                rows(statement.executeQuery(sql), 1);
                return "ended";
            } catch (SQLException error) {
                return "cancelled";
            } finally {
                canceller.interrupt();
                canceller.join();
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        client = arguments[0];
        version = arguments[1];
        try (Connection connection = DriverManager.getConnection(arguments[2], "token", "local-token-alice")) {
            Statement statement = connection.createStatement();
            statements(connection, statement);
            metadata(connection.getMetaData(), statement);
        }
        System.exit(failed ? 1 : 0);
    }

    static void statements(Connection connection, Statement statement) {
        run("SELECT of each type", List.of(List.of("1", "x", "1.50", "2024-01-02", "[1,2]", "1-2")), () -> rows(
            statement.executeQuery("SELECT 1, 'x', 1.50BD, DATE'2024-01-02', array(1, 2), INTERVAL '1-2' YEAR TO MONTH"),
            1, 2, 3, 4, 5, 6));
        for (int count : new int[] {100_000, 1_000_000}) {
            run(String.format(Locale.ROOT, "%,d rows", count), (long) count * (count - 1) / 2, () -> sum(statement, count));
        }
        run("prepared statement", List.of(Arrays.asList("42", "it's", "1.25", null)), () -> {
            PreparedStatement prepared = connection.prepareStatement("SELECT ? + 1, ?, ?, ?");
            prepared.setInt(1, 41);
            prepared.setString(2, "it's");
            prepared.setBigDecimal(3, new BigDecimal("1.25"));
            prepared.setNull(4, Types.VARCHAR);
            return rows(prepared.executeQuery(), 1, 2, 3, 4);
        });
        run("setMaxRows", 5, () -> {
            Statement limited = connection.createStatement();
            limited.setMaxRows(5);
            return rows(limited.executeQuery("SELECT id FROM range(100)"), 1).size();
        });
        run("cancel", "cancelled", () -> cancelled(connection));
        run("SET CATALOG", List.of(List.of("samples")), () -> {
            statement.execute("SET CATALOG samples");
            return rows(statement.executeQuery("SELECT current_catalog()"), 1);
        });
    }

    static void metadata(DatabaseMetaData metadata, Statement statement) throws SQLException {
        statement.execute("CREATE SCHEMA IF NOT EXISTS main.jdbc");
        statement.execute("CREATE OR REPLACE TABLE main.jdbc.p (id INT NOT NULL, CONSTRAINT p_pk PRIMARY KEY (id))");
        statement.execute("CREATE OR REPLACE TABLE main.jdbc.c "
            + "(id INT, p INT, CONSTRAINT c_fk FOREIGN KEY (p) REFERENCES main.jdbc.p (id))");
        run("getCatalogs", true, () -> has(metadata.getCatalogs(), "main"));
        run("getSchemas", true, () -> has(metadata.getSchemas("main", "%"), "jdbc"));
        run("getSchemas of all catalogs", true,
            () -> rows(metadata.getSchemas(null, "%"), 1, 2).contains(List.of("jdbc", "main")));
        run("getTables", List.of(List.of("c"), List.of("p")), () -> rows(metadata.getTables("main", "jdbc", "%", null), 3));
        run("getTables of all catalogs, by a pattern and types", List.of(List.of("samples", "tpch", "orders")),
            () -> rows(metadata.getTables(null, "tpc_", "ord%", new String[] {"TABLE"}), 1, 2, 3));
        run("getTables of no such catalog", "nothing", () -> {
            try {
                return rows(metadata.getTables("nope", "%", "%", null), 3).isEmpty() ? "nothing" : "tables";
            } catch (SQLException error) {
                // Over REST the driver 3.0.3 passes the refusal on.
                return error.getMessage().contains("CATALOG_NOT_FOUND") ? "nothing" : error.getMessage();
            }
        });
        run("getColumns", List.of(List.of("id", "4"), List.of("p", "4")),
            () -> rows(metadata.getColumns("main", "jdbc", "c", "%"), 4, 5));
        run("getColumns by a pattern", List.of(List.of("o_orderkey", "BIGINT", "1")),
            () -> rows(metadata.getColumns("samples", "tpch", "orders", "o_order_ey"), 4, 6, 17));
        run("getTypeInfo", true, () -> has(metadata.getTypeInfo(), "BIGINT"));
        run("getFunctions", List.of(List.of("net_amount")), () -> rows(metadata.getFunctions("main", "sales", "net%"), 3));
        run("getPrimaryKeys", List.of(List.of("id", "p_pk")), () -> rows(metadata.getPrimaryKeys("main", "jdbc", "p"), 4, 6));
        run("getImportedKeys", List.of(List.of("p", "id", "c", "p")),
            () -> rows(metadata.getImportedKeys("main", "jdbc", "c"), 3, 4, 7, 8));
        run("getCrossReference", List.of(List.of("p", "id", "c", "p", "1", "c_fk")),
            () -> rows(metadata.getCrossReference("main", "jdbc", "p", "main", "jdbc", "c"), 3, 4, 7, 8, 9, 12));
        run("getProcedures", List.of(), () -> rows(metadata.getProcedures("main", "%", "%"), 3));
    }
}
