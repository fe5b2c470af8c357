using System.Data;
using Licenzy.Server.Changes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Licenzy.Server.Storage;

/// <summary>PostgreSQL: any number of servers may share one database.</summary>
internal sealed class PostgresDb : Db
{
    // Chosen once; only this program's migrations take it.
    private const long MigrationLock = 0x4C_69_63_65_6E_7A_79;
    private const int MostTries = 4;

    // A script may rewrite a large table, and servers that start together wait for the one that runs it.
    private static readonly TimeSpan MigrationPatience = TimeSpan.FromMinutes(10);
    // Nothing is left behind on a connection that would have to be reset. Statements are not prepared on their own: a plan made while a table was empty would
    // stay when it is full.
    private const string OwnBounds = "Timeout=3;Command Timeout=5;Maximum Pool Size=32;Application Name=licenzy;No Reset On Close=true";

    // A server whose machine is gone says nothing any more, not even goodbye: what it had locked, the head of the feed above all, must not stay locked for hours.
    private const string Ends =
        "set idle_in_transaction_session_timeout = 10000; set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 3; set tcp_keepalives_count = 3";

    private readonly PostgresSilence _silence = new(TimeProvider.System);
    private readonly SpareThreads _spareThreads;
    private readonly NpgsqlDataSource _source;
    private readonly PostgresBell _bell;

    private PostgresDb(string connectionString, ILogger logger)
    {
        _spareThreads = new SpareThreads(_silence, new NpgsqlConnectionStringBuilder(connectionString).MaxPoolSize);
        var source = new NpgsqlDataSourceBuilder(connectionString);
        source.UsePhysicalConnectionInitializer(
            connection => throw new NotSupportedException($"{connection.Database} is opened asynchronously."),
            async connection =>
            {
                var command = new NpgsqlCommand(Ends, connection);
                await using var disposing = command.ConfigureAwait(false);
                await command.ExecuteNonQueryAsync().ConfigureAwait(false);
            });
        _source = source.Build();
        _bell = new PostgresBell(_source, connectionString, ChangeFeed.Topic, topic => Announce([topic]), logger);
    }

    public override Dialect Dialect => Dialect.Postgres;

    public override IReadOnlyList<(string Name, int Count)> Waiting => [("pool", _silence.Waiting)];

    public static PostgresDb Open(string connectionString, ILogger? logger = null)
    {
        // Short bounds of our own, unless the operator chose others (the last word counts): a request must not wait long for a dead database.
        var settings = new NpgsqlConnectionStringBuilder($"{OwnBounds};{connectionString}");
        return new PostgresDb(settings.ConnectionString, logger ?? NullLogger.Instance);
    }

    public override Task<T> ReadAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken) => AskAsync(
        async () =>
        {
            var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var closing = connection.ConfigureAwait(false);
            return await work(new Session(connection, null, Dialect, cancellationToken)).ConfigureAwait(false);
        });

    public override Task<T> WriteAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken) =>
        AskAsync(() => WriteWithRetriesAsync(work, cancellationToken));

    public override async Task MigrateAsync(CancellationToken cancellationToken)
    {
        var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var ending = transaction.ConfigureAwait(false);
        var session = new Session(connection, transaction, Dialect, cancellationToken, MigrationPatience);

        // Replicas that start together queue here; the second finds nothing left to do.
        await session.ExecuteAsync("select pg_advisory_xact_lock(@MigrationLock)", new { MigrationLock }).ConfigureAwait(false);
        foreach (var migration in await Migrations.PendingAsync(session).ConfigureAwait(false))
        {
            await Migrations.ApplyAsync(session, migration).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    public override void Listen() => _bell.Start();

    public override async ValueTask DisposeAsync()
    {
        await _bell.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
        _spareThreads.Dispose();
    }

    private async Task<T> AskAsync<T>(Func<Task<T>> work)
    {
        _silence.Enter();
        // A caller who hangs up says nothing of PostgreSQL.
        var isAnswered = (bool?)null;
        try
        {
            var result = await work().ConfigureAwait(false);
            isAnswered = true;
            return result;
        }
        catch (Exception failure) when (StorageUnavailableException.IsTransient(failure))
        {
            isAnswered = failure is PostgresException or LostRaceException;
            throw new StorageUnavailableException("PostgreSQL could not be reached, or did not answer in time.", failure);
        }
        finally
        {
            _silence.Leave(isAnswered);
        }
    }

    private async Task<T> WriteWithRetriesAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryWriteAsync(work, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception lost) when (attempt < MostTries && IsLostRace(lost))
            {
                // Rolled back for certain: begin again and see what the other writer left.
            }
        }
    }

    // A server that lets nobody in (no such database, no connections allowed, another password) is as good as away.
    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException refused)
        {
            throw new StorageUnavailableException("PostgreSQL lets nobody in.", refused);
        }
    }

    private async Task<T> TryWriteAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await using var ending = transaction.ConfigureAwait(false);
        var session = new Session(connection, transaction, Dialect, cancellationToken);
        var isCommitted = false;
        try
        {
            var result = await work(session).ConfigureAwait(false);
            var topics = await session.EndAsync().ConfigureAwait(false);
            // Once the work is done its outcome must be known: the caller's impatience no longer counts.
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            isCommitted = true;
            Outdate(session, isCommitted);
            Announce(topics);
            if (topics.Contains(ChangeFeed.Topic))
                _bell.Ring();
            return result;
        }
        catch (Exception listener) when (isCommitted)
        {
            // Never done again: it is there.
            throw new StorageUnavailableException("It is written, and could not be made known here.", listener);
        }
        finally
        {
            if (!isCommitted)
                Outdate(session, isCommitted);
        }
    }

    private static bool IsLostRace(Exception failure) => failure is LostRaceException
        or PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.UniqueViolation };
}
