using Licenzy.Server.Tests.Engines;
using Licenzy.Testing;

namespace Licenzy.Cli.Tests.QuickStarts;

/// <summary>The README's three quick starts, as they stand there, on other ports: what a newcomer copies works and prints what is promised.</summary>
public sealed class QuickStartTests
{
    // The addresses in the README; whatever listens there on this machine is not asked.
    private static readonly string[] Addresses = ["127.0.0.1:5080", "127.0.0.1:5090"];

    [OneTimeSetUp]
    public void Need_a_shell_and_curl()
    {
        foreach (var program in new[] { "sh", "curl" })
        {
            var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
            if (!found)
                Assert.Ignore($"The README's commands need {program}, which this machine does not have.");
        }
    }

    [Test]
    public async Task The_first_two_let_an_application_ask_sell_count_and_gate()
    {
        await using var terminal = new Terminal();
        Add(terminal, [.. Readme.QuickStart(1), .. Readme.QuickStart(2)]);

        var broken = await terminal.RunAsync();

        Assert.That(broken, Is.Empty, string.Join('\n', [.. broken, terminal.Look("demo.log"), terminal.Look("shop.log")]));
    }

    [Test]
    public async Task The_third_runs_a_server_with_keys_Stripe_and_a_backup()
    {
        await using var terminal = new Terminal();
        await using var stripe = await StripeDouble.StartAsync();
        Own(terminal, stripe);
        Add(terminal, [.. Readme.QuickStart(3).Where(block => !NeedsPostgres(block))]);

        var broken = await terminal.RunAsync();

        Assert.That(broken, Is.Empty, string.Join('\n', broken));
    }

    [Test]
    public async Task The_third_goes_on_with_PostgreSQL()
    {
        await using var database = await EngineDatabase.CreateAsync(Engine.Postgres);
        await using var terminal = new Terminal();
        await using var stripe = await StripeDouble.StartAsync();
        Own(terminal, stripe);
        terminal["LICENZY_POSTGRES"] = database.ConnectionString;
        Assert.That(Readme.QuickStart(3).Count(NeedsPostgres), Is.EqualTo(1));
        Add(terminal, Readme.QuickStart(3));

        var broken = await terminal.RunAsync();

        Assert.That(broken, Is.Empty, string.Join('\n', broken));
    }

    [Test]
    public void A_broken_promise_is_found()
    {
        var step = Promise.In("licenzy serve &\ncurl x\n# ready\n# {\"id\":\"…\"}\ncurl y\n").ToList();
        Assert.That((step.Count, step[0].Commands, step[1].Commands), Is.EqualTo((2, "licenzy serve &\ncurl x", "curl y")));
        Assert.That(step[0].Broken("listening\nready\n{\"id\":\"a\"}"), Is.Null);
        Assert.That(step[0].Broken("ready\n{\"id\":\"a\"}, more"), Is.EqualTo("{\"id\":\"…\"}"));
        Assert.That(step[0].Broken("{\"id\":\"a\"}\nready"), Is.EqualTo("{\"id\":\"…\"}"), "in the order promised");
    }

    // What the README tells the reader to have: a Stripe account's key.
    private static void Own(Terminal terminal, StripeDouble stripe)
    {
        terminal["LICENZY_STRIPE_KEY"] = stripe.SecretKey;
        terminal["Licenzy__Stripe__ApiBase"] = stripe.BaseAddress.ToString();
    }

    private static bool NeedsPostgres(CodeBlock block) => block.Text.Contains("$LICENZY_POSTGRES", StringComparison.Ordinal);

    private static void Add(Terminal terminal, IReadOnlyList<CodeBlock> blocks)
    {
        var ports = Addresses.ToDictionary(address => address, _ => FreePort.Address().Authority);
        foreach (var block in blocks)
            terminal.Add(block with { Text = ports.Aggregate(block.Text, (text, port) => text.Replace(port.Key, port.Value, StringComparison.Ordinal)) });
    }
}
