using Licenzy.Server.Tests.Engines;
using Microsoft.Data.Sqlite;

namespace Licenzy.Server.Tests.Storage;

/// <summary>Before a SQLite file is brought to a newer schema, it is copied aside.</summary>
public sealed class CopyAsideTests
{
    [Test]
    public async Task A_new_file_and_one_that_is_up_to_date_are_not_copied()
    {
        await using var database = await EngineDatabase.CreateAsync(Engine.Sqlite);
        await using (var db = StoreFixture.Open(database))
        {
            await db.MigrateAsync(CancellationToken.None);
            await db.MigrateAsync(CancellationToken.None);
        }

        var folder = Path.GetDirectoryName(new SqliteConnectionStringBuilder(database.ConnectionString).DataSource)!;
        Assert.That(Directory.GetFiles(folder, "*.before-*"), Is.Empty);
    }
}
