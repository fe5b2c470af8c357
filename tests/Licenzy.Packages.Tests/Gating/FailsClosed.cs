using System.Collections.Concurrent;
using Licenzy.AspNetCore;
using Licenzy.Packages.Tests.Stubs;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Licenzy.Packages.Tests.Gating;

/// <summary>What is forgotten or contradictory never opens a gate, and the message says what to do.</summary>
public sealed class FailsClosed
{
    private static readonly TestCaseData[] Opened =
    [
        Opens("HTTP: GET /both", app => app.MapGet("/both", () => "in").RequireEntitlement("PRO").AllowAnonymous()),
        Opens("HTTP: GET /attributes", app => app.MapGet("/attributes", [RequireEntitlement, AllowAnonymous] () => "in")),
        Opens("HTTP: GET /group/inside", app => app.MapGroup("/group").AllowAnonymous().MapGet("/inside", () => "in").RequireEntitlement()),
        Opens("HTTP: GET /gated/inside", app => app.MapGroup("/gated").RequireEntitlement().MapGet("/inside", () => "in").AllowAnonymous()),
        Opens("LeakyController.Open", app => app.MapControllers()),
    ];

    private static TestCaseData Opens(string name, Action<WebApplication> map) => new TestCaseData(name, map).SetArgDisplayNames(name);

    [TestCaseSource(nameof(Opened))]
    public void AllowAnonymous_on_a_gated_endpoint_stops_the_start(string endpoint, Action<WebApplication> map) =>
        Assert.That(
            async () => await GatedApp.StartAsync(map, builder => Controllers.Add(builder, typeof(LeakyController))),
            Throws.InvalidOperationException.With.Message.Contains(endpoint).And.Message.Contains("Remove [AllowAnonymous]"));

    [Test]
    public async Task AllowAnonymous_elsewhere_does_not()
    {
        await using var app = await GatedApp.StartAsync(app =>
        {
            app.MapGet("/open", () => "open").AllowAnonymous();
            app.MapGet("/gated", () => "in").RequireEntitlement();
        });

        Assert.That((await app.GetAsync("/open")).Status, Is.EqualTo(200));
    }

    [Test]
    public void A_gate_without_a_client_stops_the_start() =>
        Assert.That(
            async () => await GatedApp.StartAsync(app => app.MapGet("/", () => "in").RequireEntitlement(), builder => Remove<ILicenzyClient>(builder.Services)),
            Throws.InvalidOperationException.With.Message.Contains("builder.Services.AddLicenzyClient()"));

    [Test]
    public void A_policy_provider_registered_afterwards_stops_the_start() =>
        Assert.That(
            async () => await GatedApp.StartAsync(
                _ => { },
                builder => builder.Services.AddLicenzyGating().AddSingleton<IAuthorizationPolicyProvider, ApplicationsOwnPolicies.Generous>()),
            Throws.InvalidOperationException.With.Message.Contains("Generous").And.Message.Contains("AddLicenzyGating() after it"));

    [Test]
    public async Task Registered_twice_it_asks_once()
    {
        await using var app = await GatedApp.StartAsync(
            app => app.MapGet("/gated", () => "in").RequireEntitlement(), builder => builder.Services.AddLicenzyGating());

        Assert.That(((await app.GetAsync("/gated", "pro")).Status, app.Licenzy.Heard.Count), Is.EqualTo((200, 1)));
    }

    [Test]
    public async Task Without_gating_an_attribute_stays_closed_and_the_log_says_why()
    {
        using var log = new Failures();
        await using var app = await GatedApp.StartAsync(
            app => app.MapGet("/gated", [RequireEntitlement("PRO")] () => "in"),
            builder =>
            {
                builder.Services.AddAuthorization();
                builder.Logging.AddProvider(log);
            },
            withGating: false);

        Assert.That((await app.GetAsync("/gated", "pro")).Status, Is.EqualTo(500));
        Assert.That(log.Messages, Has.Some.Contain("builder.Services.AddLicenzyGating()"));
    }

    [Test]
    public async Task Without_gating_a_convention_stays_closed_and_the_log_says_why()
    {
        using var log = new Failures();
        await using var app = await GatedApp.StartAsync(
            app => app.MapGet("/gated", () => "in").RequireEntitlement("PRO"), builder => builder.Logging.AddProvider(log), withGating: false);

        Assert.That((await app.GetAsync("/gated", "pro")).Status, Is.EqualTo(500));
        Assert.That(log.Messages, Has.Some.Contain("builder.Services.AddLicenzyGating()"));
    }

    [Test]
    public void Without_gating_but_with_authorization_a_convention_stops_the_start() =>
        Assert.That(
            async () => await GatedApp.StartAsync(
                app => app.MapGet("/gated", () => "in").RequireEntitlement("PRO"), builder => builder.Services.AddAuthorization(), withGating: false),
            Throws.InvalidOperationException.With.Message.Contains("builder.Services.AddLicenzyGating()"));

    [Test]
    public async Task Without_authorization_at_all_an_attribute_stays_closed()
    {
        await using var app = await GatedApp.StartAsync(app => app.MapGet("/gated", [RequireEntitlement] () => "in"), withGating: false);

        Assert.That((await app.GetAsync("/gated", "pro")).Status, Is.EqualTo(500));
    }

    // Hosts older than WebApplication do not add the middleware by themselves; a branch of the pipeline does the same here.
    [Test]
    public async Task Without_the_middleware_a_gate_stays_closed()
    {
        await using var app = await GatedApp.StartAsync(app => app.Map("/branch", branch => branch
            .UseRouting()
            .UseEndpoints(endpoints => endpoints.MapGet("/gated", () => "in").RequireEntitlement())));

        Assert.That((await app.GetAsync("/branch/gated", "pro")).Status, Is.EqualTo(500));
    }

    [TestCase("claim", "LicenzyGatingOptions.SubjectClaim is ' '", "Name a claim")]
    [TestCase("both", "SubjectClaim 'sub' and SubjectFrom", "Set one of them")]
    [TestCase("wait", "LicenzyGatingOptions.RetryAfter is 00:00:00", "00:00:01 or more")]
    public void A_wrong_option_stops_the_start(string which, string named, string fix) =>
        Assert.That(
            async () => await GatedApp.StartAsync(_ => { }, gating: options =>
            {
                options.SubjectClaim = which switch { "claim" => " ", "both" => "sub", _ => null };
                options.SubjectFrom = which == "both" ? _ => null : null;
                options.RetryAfter = which == "wait" ? TimeSpan.Zero : options.RetryAfter;
            }),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains(named).And.Message.Contains(fix));

    private static void Remove<TService>(IServiceCollection services)
    {
        foreach (var service in services.Where(service => service.ServiceType == typeof(TService)).ToList())
            services.Remove(service);
    }

    private sealed class Failures : ILoggerProvider, ILogger
    {
        public ConcurrentBag<string> Messages { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Messages.Add(exception?.Message ?? "");

        public void Dispose()
        {
        }
    }
}
