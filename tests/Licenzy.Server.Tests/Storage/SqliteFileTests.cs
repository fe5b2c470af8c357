using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;

namespace Licenzy.Server.Tests.Storage;

/// <summary>What only a file can promise.</summary>
public sealed class SqliteFileTests() : StoreFixture(Engine.Sqlite)
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [TestCase("journal_mode", "wal")]
    [TestCase("synchronous", "2")]
    [TestCase("foreign_keys", "1")]
    [TestCase("query_only", "0")]
    public async Task The_writer_s_pragma_is_in_force(string pragma, string value) =>
        Assert.That(await Db.WriteAsync(session => session.FindAsync<string>($"pragma {pragma}"), CancellationToken.None), Is.EqualTo(value));

    [Test]
    public async Task A_reader_cannot_write()
    {
        foreach (var _ in Enumerable.Range(0, 2))
            Assert.That(await Db.ReadAsync(session => session.FindAsync<string>("pragma query_only"), CancellationToken.None), Is.EqualTo("1"));
    }

    [Test]
    public void A_second_server_on_the_same_file_is_refused_with_a_sentence() =>
        Assert.That(() => Open(Database), Throws.InvalidOperationException.With.Message.Contains("Another process already serves")
            .And.Message.Contains("licenzy.db").And.Message.Contains("use PostgreSQL for several servers"));

    [Test]
    public async Task A_folder_and_files_it_makes_are_its_owner_s_alone()
    {
        if (OperatingSystem.IsWindows())
            return;
        var outer = Directory.CreateTempSubdirectory("licenzy-modes-");
        try
        {
            var folder = Path.Combine(outer.FullName, "data");
            await using (var db = SqliteDb.Open($"Data Source={Path.Combine(folder, "licenzy.db")}", TimeProvider.System))
            {
                await db.MigrateAsync(CancellationToken.None);

                Assert.That(File.GetUnixFileMode(folder), Is.EqualTo(OwnerFile | UnixFileMode.UserExecute));
                var files = Directory.GetFiles(folder);
                Assert.That(files.Select(Path.GetFileName), Does.Contain("licenzy.db").And.Contains("licenzy.db-wal"));
                foreach (var file in files)
                    Assert.That(File.GetUnixFileMode(file), Is.EqualTo(OwnerFile), file);
            }
        }
        finally
        {
            outer.Delete(recursive: true);
        }
    }

    [Test]
    public async Task Work_that_waits_for_something_foreign_is_refused_and_the_writer_goes_on()
    {
        var foreign = new TaskCompletionSource();

        Assert.That(
            async () => await Db.WriteAsync(_ => foreign.Task, CancellationToken.None),
            Throws.InvalidOperationException.With.Message.EqualTo(
                "Work on the database waited for something else. Do that before or after the transaction."));
        Assert.That(
            async () => await Db.ReadAsync(async _ => { await foreign.Task; return 1; }, CancellationToken.None), Throws.InvalidOperationException);

        await GiveAsync(NewSubject(), Pack("ent_afterwards", 1));
    }

    [Test]
    public void A_folder_that_cannot_be_used_says_which()
    {
        var file = Path.GetTempFileName();
        try
        {
            Assert.That(() => SqliteDb.Open($"Data Source={file}/licenzy.db", TimeProvider.System), Throws.Exception.With.Message.Contains(file));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
