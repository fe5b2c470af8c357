namespace Licenzy.Server.Tests.Engines;

[TestFixtureSource(typeof(EveryEngine))]
public sealed class EngineDatabaseTests(Engine engine)
{
    [Test]
    public async Task The_connection_string_is_of_the_engine_asked_for()
    {
        await using var database = await EngineDatabase.CreateAsync(engine);

        Assert.That(database.Engine, Is.EqualTo(engine));
        Assert.That(database.ConnectionString, Does.StartWith(engine == Engine.Sqlite ? "Data Source=" : "Host="));
    }

    [Test]
    public async Task Every_database_is_a_new_one()
    {
        await using var one = await EngineDatabase.CreateAsync(engine);
        await using var other = await EngineDatabase.CreateAsync(engine);

        Assert.That(one.ConnectionString, Is.Not.EqualTo(other.ConnectionString));
    }

    [Test]
    public async Task Disposing_twice_is_harmless()
    {
        var database = await EngineDatabase.CreateAsync(engine);
        await database.DisposeAsync();

        Assert.That(async () => await database.DisposeAsync(), Throws.Nothing);
    }
}
