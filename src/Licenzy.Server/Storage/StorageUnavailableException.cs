using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Licenzy.Server.Storage;

/// <summary>The database could not do it now. Whether it took effect is unknown; the answer is 503 and a retry with the same Idempotency-Key settles it.</summary>
internal sealed class StorageUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    // SQLITE_BUSY, _LOCKED, _NOMEM, _READONLY, _INTERRUPT, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _PROTOCOL
    private static readonly int[] SqliteTransient = [5, 6, 7, 8, 9, 10, 11, 13, 14, 15];

    // Connection exceptions, a standby after a switch-over, a transaction that said nothing for too long, lost races, insufficient resources, a lock that did not
    // come in time, operator intervention (shutdown), system error.
    private static readonly string[] PostgresTransient = ["08", "25006", "25P03", "40", "53", "55P03", "57", "58"];

    /// <summary>Whether somebody else had locked what was wanted for too long: then nothing happened.</summary>
    public bool IsLocked => InnerException is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    /// <summary>Whether the failure is the engine's state, not the statement's fault.</summary>
    public static bool IsTransient(Exception failure) => failure switch
    {
        SqliteException sqlite => SqliteTransient.Contains(sqlite.SqliteErrorCode),
        PostgresException postgres => PostgresTransient.Any(cls => postgres.SqlState.StartsWith(cls, StringComparison.Ordinal)),
        NpgsqlException or SocketException or TimeoutException or IOException or LostRaceException => true,
        DbException => false,
        _ => false,
    };
}
