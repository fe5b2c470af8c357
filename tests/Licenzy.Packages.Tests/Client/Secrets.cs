using System.Collections.Concurrent;
using System.Net;
using Licenzy.Packages.Tests.Stubs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Licenzy.Packages.Tests.Client;

/// <summary>The key goes to the configured origin, and nowhere else.</summary>
public sealed class Secrets
{
    [TestCase(301)]
    [TestCase(302)]
    [TestCase(307)]
    [TestCase(308)]
    public async Task A_redirect_is_not_followed(int status)
    {
        await using var elsewhere = await Stub.StartAsync(Answers.Json(Answers.Allowed));
        await using var stub = await Stub.StartAsync(Answers.Text("", "text/plain", status, ("Location", elsewhere.Address + "v1/access/check")));
        using var client = Clients.Of(stub);

        var refusal = Assert.ThrowsAsync<LicenzyApiException>(() => client.CheckAccessAsync("user_123"))!;

        Assert.That(((int)refusal.StatusCode!, elsewhere.Heard.Count), Is.EqualTo((status, 0)));
        Assert.That(refusal.Message, Does.Contain("redirect").And.Contain("BaseAddress"));
    }

    [Test]
    public async Task A_redirect_is_not_followed_by_a_handler_of_the_application_either()
    {
        await using var elsewhere = await Stub.StartAsync(Answers.Json(Answers.Allowed));
        await using var stub = await Stub.StartAsync(Answers.Text("", "text/plain", 307, ("Location", elsewhere.Address + "v1/access/check")));
        var services = new ServiceCollection();
        services.AddLicenzyClient(options => (options.BaseAddress, options.ApiKey) = (stub.Address, Clients.Key))
            .ConfigurePrimaryHttpMessageHandler(() => new HttpClientHandler { AllowAutoRedirect = true });
        await using var provider = services.BuildServiceProvider();

        Assert.ThrowsAsync<LicenzyApiException>(() => provider.GetRequiredService<ILicenzyClient>().CheckAccessAsync("user_123"));
        Assert.That((stub.Heard.Count, elsewhere.Heard.Count), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task A_call_on_this_machine_does_not_go_through_a_proxy()
    {
        await using var proxy = await Stub.StartAsync(Answers.Json(Answers.Allowed));
        await using var stub = await Stub.StartAsync(Answers.Json(Answers.Allowed));
        var before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy(proxy.Address);
        try
        {
            using var client = Clients.Of(stub);
            await client.CheckAccessAsync("user_123");
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }

        Assert.That((stub.Heard.Count, proxy.Heard.Count), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task A_proxy_that_repeats_the_request_does_not_put_the_key_into_the_exception()
    {
        await using var stub = await Stub.StartAsync(context => Answers.Text(
            $$"""{"type":"t","title":"t","status":400,"detail":"You sent {{context.Request.Headers.Authorization}}","error":"e","request_id":"{{context.Request.Headers.Authorization}}","errors":[{"field":"f","message":"{{context.Request.Headers.Authorization}}"}]}""",
            "application/problem+json", 400)(context));
        using var client = Clients.Of(stub);

        var refusal = Assert.ThrowsAsync<LicenzyApiException>(() => client.CheckAccessAsync("user_123"))!;

        Assert.That(refusal.ToString() + refusal.RequestId + refusal.Errors[0], Does.Contain("You sent Bearer [key]").And.Not.Contain(Clients.Key));
    }

    [Test]
    public async Task Nothing_that_can_be_printed_holds_the_key()
    {
        await using var stub = await Stub.StartAsync(Answers.Cut);
        using var client = Clients.Of(stub, options => options.MaxRetries = 0);
        var failure = Assert.ThrowsAsync<LicenzyApiException>(() => client.CheckAccessAsync("user_123"))!;

        Assert.That(string.Join('\n', failure, client, Clients.OptionsFor(stub)), Does.Not.Contain(Clients.Key));
    }

    [Test]
    public async Task No_log_line_holds_the_key_however_much_is_logged()
    {
        await using var stub = await Stub.StartAsync(Answers.Problem(503, "unavailable"));
        using var lines = new Lines();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(lines));
        services.ConfigureHttpClientDefaults(http => http.RedactLoggedHeaders(_ => false));
        services.AddLicenzyClient(options => (options.BaseAddress, options.ApiKey, options.MaxRetries) = (stub.Address, Clients.Key, 0));
        await using var provider = services.BuildServiceProvider();

        Assert.ThrowsAsync<LicenzyApiException>(() => provider.GetRequiredService<ILicenzyClient>().CheckAccessAsync("user_123"));

        Assert.That(lines.All, Has.Some.Contain("Authorization"), "the headers are logged");
        Assert.That(lines.All, Has.None.Contain(Clients.Key));
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentBag<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Add(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }
}
