using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;

namespace Licenzy.Server.Tests.Storage;

[TestFixtureSource(typeof(EveryEngine))]
public sealed class MigrationTests(Engine engine)
{
    private EngineDatabase _database = null!;
    private Db _db = null!;

    [SetUp]
    public async Task OpenDatabase()
    {
        _database = await EngineDatabase.CreateAsync(engine);
        _db = StoreFixture.Open(_database);
    }

    [TearDown]
    public async Task CloseDatabase()
    {
        await _db.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task An_empty_database_gets_every_script_once_and_a_second_start_none()
    {
        await _db.MigrateAsync(CancellationToken.None);
        var first = await AppliedAsync();
        await _db.MigrateAsync(CancellationToken.None);

        Assert.That(first, Is.EqualTo(Migrations.All.Select(script => (script.Number, script.Checksum))));
        Assert.That(await AppliedAsync(), Is.EqualTo(first));
        Assert.That(await _db.WriteAsync(Migrations.PendingAsync, CancellationToken.None), Is.Empty);
    }

    [Test]
    public async Task A_script_that_was_changed_after_it_ran_is_refused()
    {
        await _db.MigrateAsync(CancellationToken.None);
        await ExecuteAsync("update schema_migrations set checksum = 'other' where number = 1");

        Assert.That(MigrateAsync, Throws.InvalidOperationException.With.Message.EqualTo(
            "Schema script 1 is not the one this database was made with. Start the Licenzy version that wrote it."));
    }

    [Test]
    public async Task A_schema_newer_than_the_binary_is_refused()
    {
        await _db.MigrateAsync(CancellationToken.None);
        await ExecuteAsync("insert into schema_migrations (number, name, checksum) values (9999, '9999_later', 'x')");

        Assert.That(MigrateAsync, Throws.InvalidOperationException.With.Message.Contains("written by a newer Licenzy (schema 9999")
            .And.Message.Contains("Start that version, or restore the copy"));
    }

    [Test]
    public async Task A_script_that_fails_midway_leaves_the_schema_as_it_was()
    {
        await _db.MigrateAsync(CancellationToken.None);
        var before = await AppliedAsync();
        var broken = new Migration(9000, "9000_broken", "create table made_up (a bigint not null);\n\ninsert into nowhere (a) values (1);\n");

        Assert.That(
            async () => await _db.WriteAsync(session => Migrations.ApplyAsync(session, broken), CancellationToken.None),
            Throws.InstanceOf<System.Data.Common.DbException>());

        Assert.That(await AppliedAsync(), Is.EqualTo(before));
        Assert.That(() => ExecuteAsync("select a from made_up"), Throws.InstanceOf<System.Data.Common.DbException>(), "the table was rolled back");
    }

    [Test]
    public async Task A_mended_script_runs_after_it_failed()
    {
        await _db.MigrateAsync(CancellationToken.None);
        var script = new Migration(9000, "9000_mended", "create table made_up (a bigint not null);\ninsert into made_up (a) values (1);\n");

        await _db.WriteAsync(session => Migrations.ApplyAsync(session, script), CancellationToken.None);

        Assert.That(await _db.ReadAsync(session => session.FindAsync<long>("select a from made_up"), CancellationToken.None), Is.EqualTo(1));
    }

    [Test]
    public void A_checksum_does_not_depend_on_line_ends() =>
        Assert.That(new Migration(1, "a", "x;\r\ny;\r\n").Checksum, Is.EqualTo(new Migration(1, "a", "x;\ny;\n").Checksum));

    [Test]
    public void Scripts_are_numbered_from_one_without_a_gap() =>
        Assert.That(Migrations.All.Select(script => script.Number), Is.EqualTo(Enumerable.Range(1, Migrations.All.Count)));

    private Task MigrateAsync() => _db.MigrateAsync(CancellationToken.None);

    private Task<int> ExecuteAsync(string sql) => _db.WriteAsync(session => session.ExecuteAsync(sql), CancellationToken.None);

    private Task<IReadOnlyList<(long Number, string Checksum)>> AppliedAsync() => _db.ReadAsync(
        session => session.ListAsync<(long Number, string Checksum)>("select number, checksum from schema_migrations order by number"), CancellationToken.None);
}
