using System.Security.Cryptography;
using Licenzy.Server.Tests.Engines;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Starting;

/// <summary>Without the right key no run that looks well (SECURITY T26).</summary>
public sealed class EncryptionKeyTests
{
    private DirectoryInfo _folder = null!;

    private string KeyFile => Path.Combine(_folder.FullName, "encryption.key");

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("licenzy-key-");

    [TearDown]
    public void RemoveFolder() => _folder.Delete(recursive: true);

    [Test]
    public async Task On_SQLite_a_key_is_made_in_a_file_of_the_owner_s_and_used_again()
    {
        await using (await StartAsync())
        {
        }

        var key = await File.ReadAllTextAsync(KeyFile);
        Assert.That(Convert.FromBase64String(key.Trim()), Has.Length.EqualTo(32));
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(KeyFile), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        await using (await StartAsync())
            Assert.That(await File.ReadAllTextAsync(KeyFile), Is.EqualTo(key));
    }

    [Test]
    public async Task Another_key_than_the_database_s_is_refused()
    {
        await using (await StartAsync())
        {
        }

        Assert.That(() => StartAsync(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))), Throws.InvalidOperationException.With.Message.StartsWith(
            "Licenzy:EncryptionKey (or encryption.key in Licenzy:DataDirectory) is not the key this database was made with. Restore that key"));
    }

    [Test]
    public async Task A_lost_key_file_is_refused_not_replaced_in_silence()
    {
        await using (await StartAsync())
        {
        }

        File.Delete(KeyFile);

        Assert.That(() => StartAsync(), Throws.InvalidOperationException.With.Message.Contains("is not the key this database was made with"));
    }

    [TestCase("")]
    [TestCase("not base64!")]
    [TestCase("c2hvcnQ=")]
    public async Task A_damaged_key_file_is_refused_with_its_path(string content)
    {
        await File.WriteAllTextAsync(KeyFile, content);

        Assert.That(() => StartAsync(), Throws.InvalidOperationException.With.Message.Contains(KeyFile).And.Message.Contains("32 bytes"));
    }

    [Test]
    public void PostgreSQL_needs_the_key_set() => Assert.That(
        () => StartAsync(database: "Host=127.0.0.1;Port=1"),
        Throws.InvalidOperationException.With.Message.StartsWith("Licenzy:EncryptionKey is not set. On PostgreSQL every server must be given the same key")
            .And.Message.Contains("openssl rand -base64 32"));

    [Test]
    public async Task On_PostgreSQL_too_another_key_is_refused()
    {
        await using var database = await EngineDatabase.CreateAsync(Engine.Postgres);
        await using (await StartAsync(Convert.ToBase64String(new byte[32]), database.ConnectionString))
        {
        }

        Assert.That(
            () => StartAsync(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), database.ConnectionString),
            Throws.InvalidOperationException.With.Message.Contains("is not the key this database was made with"));
    }

    private Task<LicenzyTestServer> StartAsync(string? key = null, string? database = null) => LicenzyTestServer.StartAsync(new LicenzyTestServerOptions
    {
        DataDirectory = _folder.FullName,
        Database = database,
        Configure = server => server.EncryptionKey = key,
    });
}
