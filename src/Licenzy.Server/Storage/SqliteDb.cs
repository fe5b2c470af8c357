using Microsoft.Data.Sqlite;

namespace Licenzy.Server.Storage;

/// <summary>A SQLite file: one writer on its own thread, two readers on theirs, and no second process.</summary>
internal sealed class SqliteDb : Db
{
    // The log goes into the file when it has 4,000 pages, 16 MB: a page that many transactions change is then written there once.
    private static readonly string[] Pragmas =
        ["journal_mode = wal", "synchronous = full", "foreign_keys = on", "wal_autocheckpoint = 4000", "journal_size_limit = 67108864"];

    private readonly FileStream _ownership;
    private readonly SqliteLane _writer;
    private readonly SqliteLane[] _readers;
    private readonly string _path;
    private int _nextReader;

    private SqliteDb(string path, FileStream ownership, string connectionString, TimeProvider clock)
    {
        _path = path;
        _ownership = ownership;
        _writer = new SqliteLane("licenzy-sqlite-writer", connectionString, clock, Pragmas);
        _readers = [.. Enumerable.Range(0, 2).Select(n => new SqliteLane($"licenzy-sqlite-reader-{n}", connectionString, clock, "query_only = on"))];
    }

    public override Dialect Dialect => Dialect.Sqlite;

    public override IReadOnlyList<(string Name, int Count)> Waiting => [("writer", _writer.Waiting), ("readers", _readers.Sum(lane => lane.Waiting))];

    /// <summary>Opens or makes the file, readable by its owner only; refuses a file that another process has open.</summary>
    public static SqliteDb Open(string connectionString, TimeProvider clock)
    {
        // Pooling would keep connections beyond their owner; the short time-out bounds the provider's busy retry.
        var settings = new SqliteConnectionStringBuilder(connectionString) { Pooling = false, DefaultTimeout = 2 };
        var path = Path.GetFullPath(settings.DataSource);
        settings.DataSource = path;
        PrivateFiles.CreateDirectory(Path.GetDirectoryName(path)!);

        var ownership = PrivateFiles.Hold(path + ".lock") ?? throw new InvalidOperationException(
            $"Another process already serves {path}. One process owns a SQLite file: talk to it over HTTP, or use PostgreSQL for several servers.");
        try
        {
            PrivateFiles.Create(path);
            return new SqliteDb(path, ownership, settings.ConnectionString, clock);
        }
        catch (SqliteException unusable)
        {
            ownership.Dispose();
            throw Unusable(path, unusable);
        }
        catch
        {
            ownership.Dispose();
            throw;
        }
    }

    public override Task<T> ReadAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken)
    {
        var reader = _readers[(uint)Interlocked.Increment(ref _nextReader) % _readers.Length];
        return reader.RunAsync(connection => Finished(work(new Session(connection, null, Dialect, cancellationToken))), cancellationToken);
    }

    public override Task<T> WriteAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken) =>
        _writer.WriteAsync(
            (connection, statements) =>
            {
                var session = new Session(connection, null, Dialect, CancellationToken.None, statements: statements);
                var topics = Array.Empty<string>() as IReadOnlyCollection<string>;
                return new SqliteWrite<T>(
                    () =>
                    {
                        var result = Finished(work(session));
                        topics = Finished(session.EndAsync());
                        return result;
                    },
                    isCommitted =>
                    {
                        Outdate(session, isCommitted);
                        if (isCommitted)
                            Announce(topics);
                    });
            },
            cancellationToken);

    public override async Task MigrateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await BringUpToDateAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when ((failure as SqliteException ?? failure.InnerException as SqliteException) is { } unusable)
        {
            throw Unusable(_path, unusable);
        }
    }

    private async Task BringUpToDateAsync(CancellationToken cancellationToken)
    {
        var pending = await WriteAsync(Migrations.PendingAsync, cancellationToken).ConfigureAwait(false);
        if (pending.Count > 0 && pending.Count < Migrations.All.Count)
        {
            await CopyAsideAsync($"{_path}.before-{pending[0].Number:0000}", cancellationToken).ConfigureAwait(false);
        }

        foreach (var migration in pending)
        {
            await WriteAsync(session => Migrations.ApplyAsync(session, migration), cancellationToken).ConfigureAwait(false);
        }
    }

    public override ValueTask DisposeAsync()
    {
        foreach (var lane in _readers)
        {
            lane.Dispose();
        }

        _writer.Dispose();
        _ownership.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task<int> CopyAsideAsync(string target, CancellationToken cancellationToken) =>
        _writer.RunAsync(
            connection =>
            {
                File.Delete(target);
                PrivateFiles.Create(target);
                using var copy = connection.CreateCommand();
                copy.CommandText = "vacuum into $target";
                copy.Parameters.AddWithValue("$target", target);
                return copy.ExecuteNonQuery();
            },
            cancellationToken);

    private static InvalidOperationException Unusable(string path, SqliteException failure) =>
        new($"{path} cannot be used as a database: {failure.Message.TrimEnd('.')}. Restore it from a backup, or name another file with Licenzy:Database (--database), another folder with Licenzy:DataDirectory (--data).", failure);

    // This provider completes every call before it returns; work that waits for anything else would hold the only writer.
    private static T Finished<T>(Task<T> work) => work.IsCompleted
        ? work.GetAwaiter().GetResult()
        : throw new InvalidOperationException("Work on the database waited for something else. Do that before or after the transaction.");
}
