using Licenzy.Cli.Demo;

namespace Licenzy.Cli.Tests;

public sealed class DemoTests
{
    [Test]
    public async Task The_demo_keeps_every_promise()
    {
        var (exitCode, output) = await Tool.RunAsync(null, "demo");
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain("All 14 steps as promised.").And.Contain("✓").And.Not.Contain("✗"));
    }

    [Test]
    public async Task A_file_that_cannot_be_written_is_noticed_before_the_story()
    {
        foreach (var file in new[] { Path.Combine(Path.GetTempPath(), "licenzy-not-there", "demo.env"), Path.GetTempPath() })
        {
            var (exitCode, output) = await Tool.RunAsync(null, "demo", "--env-file", file);
            Assert.That((exitCode, output.Trim().Split('\n').Length), Is.EqualTo((1, 1)), output);
            Assert.That(output, Does.StartWith($"licenzy: --env-file {file}"));
        }
    }

    [Test]
    public void A_step_that_is_not_as_promised_fails_the_demo()
    {
        DemoStep kept = new("a step", "402", "402");
        Assert.That(DemoRun.ExitCode([kept]), Is.Zero);
        Assert.That(DemoRun.ExitCode([kept, new("another", "402", "200")]), Is.EqualTo(1));
        Assert.That(DemoRun.ExitCode([]), Is.EqualTo(1), "nothing shown is nothing kept");
    }

    [Test]
    public async Task A_demo_that_is_kept_prints_addresses_that_answer_and_leaves_nothing_behind()
    {
        await using var demo = Tool.Licenzy(null, "demo", "--keep");
        var address = await FirstAsync(demo, "Licenzy server   ");
        await demo.AnswersAsync(new Uri(address + "/readyz"));
        await demo.TerminateAsync();
        Assert.That(await demo.ExitAsync(), Is.Zero, demo.Output);
    }

    [Test]
    public async Task A_demo_that_is_kept_writes_its_variables_for_a_shell_and_takes_them_with_it()
    {
        var folder = Directory.CreateTempSubdirectory("licenzy-demo-");
        var file = Path.Combine(folder.FullName, "demo.env");
        await using (var demo = Tool.Licenzy(null, "demo", "--keep", "--env-file", file))
        {
            await FirstAsync(demo, "price_basic");
            await demo.UntilAsync(() => File.Exists(file));
            var variables = (await File.ReadAllLinesAsync(file)).Select(line => line["export ".Length..].Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
            Assert.That(variables.Keys, Is.EqualTo(new[] { "LICENZY_URL", "LICENZY_ADMIN_KEY", "LICENZY_KEY" }));
            if (!OperatingSystem.IsWindows())
                Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));

            var made = await Tool.RunAsync(variables, "products", "create", "BASIC", "--kind", "subscription", "--name", "Basic", "--price", "price_basic");
            Assert.That(made.ExitCode, Is.Zero, made.Output);
            await using var receiver = await AnsweringReceiver.StartAsync();
            var heard = await Tool.RunAsync(variables, "webhooks", "set", receiver.Url);
            Assert.That(heard.ExitCode, Is.Zero, heard.Output);
            heard = await Tool.RunAsync(variables, "webhooks", "test");
            Assert.That((heard.ExitCode, heard.Output.StartsWith("200 in", StringComparison.Ordinal)), Is.EqualTo((0, true)), heard.Output);
            await demo.TerminateAsync();
            Assert.That(await demo.ExitAsync(), Is.Zero, demo.Output);
        }

        Assert.That(folder.EnumerateFileSystemInfos(), Is.Empty);
        folder.Delete();
    }

    private static async Task<string> FirstAsync(Tool tool, string label)
    {
        var found = "";
        await tool.UntilAsync(() => (found = tool.Output.Split('\n').FirstOrDefault(line => line.Contains(label, StringComparison.Ordinal)) ?? "").Length > 0);
        return found[(found.IndexOf(label, StringComparison.Ordinal) + label.Length)..].Trim();
    }
}
