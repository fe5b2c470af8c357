using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Licenzy.Server.Storage;

/// <summary>
/// The transaction of a connection, in SQL. The provider's own object believes that a transaction lasts until it ends it; where a write or a commit fails for
/// the disk's sake, SQLite has taken everything back by itself, and the object then stays on the connection and lets nobody begin again.
/// </summary>
internal sealed class SqliteWriting(SqliteConnection connection)
{
    private bool IsOpen => raw.sqlite3_get_autocommit(connection.Handle) == 0;

    // Immediate: the write lock is taken at the start, so the transaction cannot fail for it half-way.
    public void Begin() => Say("begin immediate");

    public void Save()
    {
        // A savepoint begins a transaction where there is none, and its release would commit a part.
        StillOpen();
        Say("savepoint mine");
    }

    public void Release() => Say("release mine");

    /// <summary>Takes back what was done since <see cref="Save"/>; fails where more than that is gone.</summary>
    public void TakeBack()
    {
        StillOpen();
        Say("rollback to mine");
    }

    public void Commit()
    {
        StillOpen();
        Say("commit");
    }

    /// <summary>Takes everything back, if SQLite has not done so.</summary>
    public void End()
    {
        if (IsOpen)
            Say("rollback");
    }

    private void StillOpen()
    {
        if (!IsOpen)
            throw new StorageUnavailableException("The database could not be written, and took the transaction back.");
    }

    private void Say(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
