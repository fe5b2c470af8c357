using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Licenzy.Server.Accounts;
using Licenzy.Server.Tests.Http;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Starting;

/// <summary>The first start makes what is needed and shows its keys once (CONTRACT §6).</summary>
[NonParallelizable]
public sealed partial class FirstRunTests
{
    private DirectoryInfo _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("licenzy-first-");

    [TearDown]
    public void RemoveFolder() => _folder.Delete(recursive: true);

    [Test]
    public async Task The_keys_are_printed_once_and_kept_in_a_file_of_the_owner_s_and_they_work()
    {
        string printed;
        string[] keys;
        using (var errors = new CapturedErrors())
        {
            await using var server = await StartAsync();
            printed = errors.Text;
            keys = [.. Keys().Matches(printed).Select(match => match.Value)];
            Assert.That(keys.Select(KeyFormat.KindOf), Is.EqualTo(new KeyKind?[] { KeyKind.Admin, KeyKind.TestRuntime }), printed);
            await AssertWorkAsync(server, keys[0], keys[1]);
        }

        var path = Path.Combine(_folder.FullName, "first-run.txt");
        Assert.That(await File.ReadAllTextAsync(path), Is.EqualTo(printed));
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));

        File.Delete(path);
        using (var errors = new CapturedErrors())
        {
            await using var again = await StartAsync();
            Assert.That(errors.Text, Is.Empty);
            Assert.That(File.Exists(path), Is.False);
            await AssertWorkAsync(again, keys[0], keys[1]);
        }
    }

    [Test]
    public async Task Keys_given_by_settings_are_taken_and_not_shown()
    {
        var (admin, test) = (KeyFormat.Generate(KeyKind.Admin), KeyFormat.Generate(KeyKind.TestRuntime));
        using var errors = new CapturedErrors();
        await using var server = await StartAsync(admin, test);

        Assert.That(errors.Text, Is.Empty);
        Assert.That(File.Exists(Path.Combine(_folder.FullName, "first-run.txt")), Is.False);
        await AssertWorkAsync(server, admin, test);
    }

    [Test]
    public async Task Only_the_key_that_was_made_is_shown()
    {
        var admin = KeyFormat.Generate(KeyKind.Admin);
        using var errors = new CapturedErrors();
        await using var server = await StartAsync(admin);

        Assert.That(Keys().Matches(errors.Text).Select(match => KeyFormat.KindOf(match.Value)), Is.EqualTo(new KeyKind?[] { KeyKind.TestRuntime }));
        Assert.That(errors.Text, Does.Not.Contain(admin));
    }

    [Test]
    public async Task Settings_for_the_first_start_mean_nothing_at_the_second()
    {
        var (admin, test) = (KeyFormat.Generate(KeyKind.Admin), KeyFormat.Generate(KeyKind.TestRuntime));
        await using (await StartAsync(admin, test))
        {
        }

        var other = KeyFormat.Generate(KeyKind.TestRuntime);
        await using var again = await StartAsync(KeyFormat.Generate(KeyKind.Admin), other);

        await AssertWorkAsync(again, admin, test);
        using var stranger = new Wire(again.CreateClient(other));
        Assert.That((await stranger.GetAsync("/v1/customer/access/user_1")).Status, Is.EqualTo(401));
    }

    private static async Task AssertWorkAsync(LicenzyTestServer server, string admin, string test)
    {
        using var portal = new Wire(server.CreateClient(admin));
        using var runtime = new Wire(server.CreateClient(test));
        var me = await portal.GetAsync("/portal/me");
        Assert.That(me.Status, Is.EqualTo(200), me.Text);
        var check = await runtime.PostAsync("/v1/access/check", new JsonObject { ["subject_ref"] = "user_1" });
        Assert.That((check.Status, check.Text), Is.EqualTo((200, """{"subject_ref":"user_1","allowed":false}""")));
    }

    private Task<LicenzyTestServer> StartAsync(string? admin = null, string? test = null) => LicenzyTestServer.StartAsync(new LicenzyTestServerOptions
    {
        DataDirectory = _folder.FullName,
        Configure = server =>
        {
            server.EncryptionKey = null;
            (server.Bootstrap.AdminKey, server.Bootstrap.TestKey, server.Bootstrap.LiveKey) = (admin, test, null);
        },
    });

    [GeneratedRegex("lz_[a-z]+_[0-9A-Za-z]+")]
    private static partial Regex Keys();
}
