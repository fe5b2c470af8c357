using Licenzy.Server.Accounts;
using Licenzy.Server.Storage;
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

        Assert.That(Directory.GetFiles(Path.GetDirectoryName(FileOf(database))!, "*.before-*"), Is.Empty);
    }

    [Test]
    public async Task An_older_file_is_copied_before_its_upgrade_and_loses_nothing_by_it()
    {
        await using var database = await EngineDatabase.CreateAsync(Engine.Sqlite);
        await using (var db = StoreFixture.Open(database))
            await MakeOldAsync(db);
        await using (var db = StoreFixture.Open(database))
        {
            await db.MigrateAsync(CancellationToken.None);
            Assert.That(await NameAsync(db, "ws_old"), Is.EqualTo("Default"));
            Assert.That(await TablesAsync(db), Is.SupersetOf(new[] { "operators", "portal_sessions" }));
        }

        var copy = FileOf(database) + ".before-0002";
        Assert.That(File.Exists(copy), Is.True);
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(copy), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        await using (var db = SqliteDb.Open($"Data Source={copy}", TimeProvider.System))
        {
            Assert.That(await NameAsync(db, "ws_old"), Is.EqualTo("Default"));
            Assert.That(await TablesAsync(db), Does.Contain("workspaces").And.No.Member("operators").And.No.Member("portal_sessions"));
            Assert.That((await db.WriteAsync(Migrations.PendingAsync, CancellationToken.None))[0].Number, Is.EqualTo(2), "it can be started from");
        }
    }

    // As the first release left it: one script, and a workspace.
    private static Task MakeOldAsync(Db db) => db.WriteAsync(
        async session =>
        {
            await Migrations.PendingAsync(session);
            await Migrations.ApplyAsync(session, Migrations.All[0]);
            await WorkspaceStore.AddFirstAsync(session, "acc_old", "ws_old", 1);
        },
        CancellationToken.None);

    private static Task<string?> NameAsync(Db db, string workspace) => db.ReadAsync(
        session => session.FindAsync<string>("select name from workspaces where id = @workspace", new { workspace }), CancellationToken.None);

    private static Task<IReadOnlyList<string>> TablesAsync(Db db) => db.ReadAsync(
        session => session.ListAsync<string>("select name from sqlite_master where type = 'table'"), CancellationToken.None);

    private static string FileOf(EngineDatabase database) => new SqliteConnectionStringBuilder(database.ConnectionString).DataSource;
}
