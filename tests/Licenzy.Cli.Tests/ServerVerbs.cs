using Licenzy.Testing;

namespace Licenzy.Cli.Tests;

/// <summary>A server and a Stripe double of a test's own, with the environment that the verbs read.</summary>
public sealed class ServerVerbs : IAsyncDisposable
{
    private readonly LicenzyTestServer _server;

    private ServerVerbs(LicenzyTestServer server, StripeDouble stripe) => (_server, Stripe) = (server, stripe);

    public StripeDouble Stripe { get; }

    public static async Task<ServerVerbs> StartAsync()
    {
        var stripe = await StripeDouble.StartAsync(new StripeDoubleOptions());
        return new ServerVerbs(await LicenzyTestServer.StartAsync(new LicenzyTestServerOptions { StripeApiBase = stripe.BaseAddress }), stripe);
    }

    public Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) => RunWithAsync([], arguments);

    public Task<(int ExitCode, string Output)> RunWithAsync(Dictionary<string, string> more, params string[] arguments) => Tool.RunAsync(
        new Dictionary<string, string>(more) { ["LICENZY_URL"] = _server.BaseAddress.ToString(), ["LICENZY_ADMIN_KEY"] = _server.AdminKey }, arguments);

    /// <summary>Runs a verb that must succeed.</summary>
    public async Task<string> SayAsync(params string[] arguments)
    {
        var (exitCode, output) = await RunAsync(arguments);
        Assert.That(exitCode, Is.Zero, output);
        return output;
    }

    /// <summary>Whether a runtime key opens the API.</summary>
    public async Task<int> StatusAsync(string key)
    {
        using var http = _server.CreateClient(key);
        using var answer = await http.GetAsync(new Uri("/v1/customer/access/user_1", UriKind.Relative));
        return (int)answer.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await Stripe.DisposeAsync();
    }
}
