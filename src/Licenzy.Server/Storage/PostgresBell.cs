using Licenzy.Server.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Licenzy.Server.Storage;

/// <summary>
/// Tells the other servers on the database that something was committed, and hears of it from them. It only wakes: what is lost here, their next look finds.
/// Many commits are one call.
/// </summary>
internal sealed class PostgresBell(NpgsqlDataSource source, string connectionString, string topic, Action<string> heard, ILogger logger) : IAsyncDisposable
{
    private const string Channel = "licenzy_changes";

    // Real time, whatever the rules are told.
    private static readonly TimeProvider Clock = TimeProvider.System;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Forever = TimeSpan.FromHours(1);

    // A cut cable says nothing: the server is asked every two seconds whether it is still there.
    private const int KeepaliveSeconds = 2;

    private readonly CancellationTokenSource _ending = new();
    private readonly Signal _committed = new();
    private Task _work = Task.CompletedTask;

    /// <summary>Begins to listen and to tell; later calls do nothing.</summary>
    public void Start()
    {
        if (_work.IsCompleted)
            _work = Task.WhenAll(Task.Run(ListenAsync), Task.Run(TellAsync));
    }

    public void Ring() => _committed.Set();

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
    }

    private Task ListenAsync() => AgainAsync(async () =>
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, KeepAlive = KeepaliveSeconds, ApplicationName = "licenzy-listening" };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await using var closing = connection.ConfigureAwait(false);
        await connection.OpenAsync(_ending.Token).ConfigureAwait(false);
        connection.Notification += (_, _) => heard(topic);
        await ExecuteAsync(connection, $"listen {Channel}").ConfigureAwait(false);
        // Something may have been said while nobody listened.
        heard(topic);
        while (true)
            await connection.WaitAsync(_ending.Token).ConfigureAwait(false);
    });

    private Task TellAsync() => AgainAsync(async () =>
    {
        while (true)
        {
            await _committed.WaitAsync(Forever, Clock, _ending.Token).ConfigureAwait(false);
            var connection = await source.OpenConnectionAsync(_ending.Token).ConfigureAwait(false);
            await using var closing = connection.ConfigureAwait(false);
            // Outside of any transaction that matters: PostgreSQL lets only one transaction that notifies commit at a time.
            await ExecuteAsync(connection, $"notify {Channel}").ConfigureAwait(false);
            await Task.Delay(Pause, Clock, _ending.Token).ConfigureAwait(false);
        }
    });

    private async Task AgainAsync(Func<Task> work)
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await work().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // The database is away, or refuses us for now: whatever it is, it must not end the waking for good.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                if (!_ending.IsCancellationRequested)
                    Log.BellIsSilent(logger, failure);
                await Task.Delay(Rest, Clock, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        await using var disposing = command.ConfigureAwait(false);
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(_ending.Token).ConfigureAwait(false);
    }
}
