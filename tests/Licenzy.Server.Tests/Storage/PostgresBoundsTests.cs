using System.Reflection;
using Licenzy.Server.Storage;
using Npgsql;

namespace Licenzy.Server.Tests.Storage;

/// <summary>A request must not wait long for a dead database: our bounds hold unless the operator chose others.</summary>
public sealed class PostgresBoundsTests
{
    [Test]
    public async Task Bounds_are_ours_where_the_connection_string_names_none()
    {
        var settings = await SettingsAsync("Host=127.0.0.1");

        Assert.That((settings.Timeout, settings.CommandTimeout, settings.MaxPoolSize, settings.ApplicationName), Is.EqualTo((3, 5, 32, "licenzy")));
    }

    [Test]
    public async Task Bounds_are_the_operator_s_where_the_connection_string_names_them()
    {
        var settings = await SettingsAsync("Host=127.0.0.1;Timeout=7;CommandTimeout=60;Maximum Pool Size=9;Application Name=shop");

        Assert.That((settings.Timeout, settings.CommandTimeout, settings.MaxPoolSize, settings.ApplicationName), Is.EqualTo((7, 60, 9, "shop")));
    }

    [Test]
    public async Task A_server_that_is_not_there_is_unavailable_not_broken()
    {
        await using var db = PostgresDb.Open("Host=127.0.0.1;Port=1;Username=a;Password=b");

        Assert.That(async () => await db.ReadAsync(_ => Task.FromResult(1), CancellationToken.None), Throws.TypeOf<StorageUnavailableException>());
        Assert.That(async () => await db.WriteAsync(_ => Task.FromResult(1), CancellationToken.None), Throws.TypeOf<StorageUnavailableException>());
    }

    private static async Task<NpgsqlConnectionStringBuilder> SettingsAsync(string connectionString)
    {
        await using var db = PostgresDb.Open(connectionString);
        var source = (NpgsqlDataSource)typeof(PostgresDb).GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
            .Single(field => field.FieldType == typeof(NpgsqlDataSource)).GetValue(db)!;
        return new NpgsqlConnectionStringBuilder(source.ConnectionString);
    }
}
