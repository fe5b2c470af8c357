using System.Text;
using Licenzy.Packages.Tests.Stubs;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Licenzy.Packages.Tests.Webhooks;

/// <summary>What an application says about itself, and what it meets when it starts.</summary>
public sealed class ReceivingAtStart
{
    private const string Hush = "whsec_aHVzaGh1c2hodXNo";

    [Test]
    public async Task Without_registration_the_start_says_what_to_call()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();

        Assert.That(() => app.MapLicenzyWebhooks(), Throws.InvalidOperationException.With.Message.EqualTo(
            "Licenzy webhooks are not registered. Call builder.Services.AddLicenzyWebhooks() before builder.Build()."));
    }

    [Test]
    public void Without_a_secret_the_start_says_what_to_set() =>
        Assert.That(
            async () => await WebhookApp.StartAsync(_ => { }, withSecret: false),
            Throws.InstanceOf<OptionsValidationException>().With.Message.StartsWith("Licenzy:Webhooks:Secret is not set. Set it to the whsec_…"));

    [TestCase("Secret", "hush", "Licenzy:Webhooks:Secret is not 'whsec_' and the Base64 of 24 bytes or more.")]
    [TestCase("Secret", Hush, "Licenzy:Webhooks:Secret is not 'whsec_'", Description = "twelve bytes")]
    [TestCase("Secret", WebhookApp.Secret + " ", "Licenzy:Webhooks:Secret is not 'whsec_'")]
    [TestCase("Secret", "whsec_hush!", "Licenzy:Webhooks:Secret is not 'whsec_'")]
    [TestCase("PreviousSecret", Hush, "Licenzy:Webhooks:PreviousSecret is not 'whsec_'")]
    [TestCase("Tolerance", "00:00:00", "Licenzy:Webhooks:Tolerance is 00:00:00. Set it between 00:00:01 and 1.00:00:00.")]
    [TestCase("Tolerance", "2.00:00:00", "Licenzy:Webhooks:Tolerance is 2.00:00:00.")]
    public void A_wrong_setting_stops_the_start_and_no_secret_is_shown(string setting, string value, string message)
    {
        var failure = Assert.CatchAsync(() => WebhookApp.StartAsync(
            _ => { }, before: builder => builder.Configuration.AddInMemoryCollection([new($"Licenzy:Webhooks:{setting}", value)])))!;

        Assert.That(failure, Is.InstanceOf<OptionsValidationException>().With.Message.StartsWith(message));
        Assert.That(failure.ToString(), Does.Not.Contain("hush").And.Not.Contain(Hush["whsec_".Length..]).And.Not.Contain(WebhookApp.Secret["whsec_".Length..]));
    }

    [Test]
    public async Task A_secret_from_code_wins_over_the_settings()
    {
        await using var app = await WebhookApp.StartAsync(webhooks => webhooks.Services.AddLicenzyWebhooks(options => options.Secret = WebhookApp.OtherSecret));

        Assert.That((await app.SendAsync("evt_1", secret: WebhookApp.OtherSecret)).Status, Is.EqualTo(204));
        Assert.That((await app.SendAsync("evt_2", secret: WebhookApp.Secret)).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task A_secret_that_changes_in_the_settings_counts_at_once()
    {
        await using var app = await WebhookApp.StartAsync(_ => { });
        Assert.That((await app.SendAsync("evt_1", secret: WebhookApp.OtherSecret)).Status, Is.EqualTo(400));

        var settings = (IConfigurationRoot)app.Services.GetRequiredService<IConfiguration>();
        settings["Licenzy:Webhooks:Secret"] = WebhookApp.OtherSecret;
        settings.Reload();

        Assert.That((await app.SendAsync("evt_1", secret: WebhookApp.OtherSecret)).Status, Is.EqualTo(204));
    }

    // The signature is the credential: whatever the application asks of its users, Licenzy has none of it.
    [TestCase("fallback policy")]
    [TestCase("group policy")]
    [TestCase("antiforgery")]
    [TestCase("body read before")]
    public async Task What_the_application_asks_of_its_users_is_not_asked_of_Licenzy(string asked)
    {
        await using var app = await WebhookApp.StartAsync(
            _ => { },
            app =>
            {
                if (asked == "body read before")
                {
                    app.Use(async (context, next) =>
                    {
                        context.Request.EnableBuffering();
                        await new StreamReader(context.Request.Body).ReadToEndAsync();
                        await next();
                    });
                }

                app.UseAuthentication();
                app.UseAuthorization();
                app.UseAntiforgery();
                var group = app.MapGroup("/");
                if (asked == "group policy")
                    group.RequireAuthorization();
                group.MapLicenzyWebhooks();
                app.MapGet("/guarded", () => "in");
            },
            builder =>
            {
                builder.Services.AddAuthentication("Nobody").AddScheme<AuthenticationSchemeOptions, Nobody>("Nobody", null);
                builder.Services.AddAuthorization(options =>
                    options.FallbackPolicy = asked == "fallback policy" ? new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build() : null);
                builder.Services.AddAntiforgery();
            });

        Assert.That((await app.SendAsync()).Status, Is.EqualTo(204));
        Assert.That((await app.SendAsync(Encoding.UTF8.GetBytes("{}"), secret: WebhookApp.OtherSecret)).Status, Is.EqualTo(400));
        Assert.That((await app.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/guarded"))).Status, Is.EqualTo(asked == "fallback policy" ? 401 : 200));
    }

    private sealed class Nobody(IOptionsMonitor<AuthenticationSchemeOptions> options, Microsoft.Extensions.Logging.ILoggerFactory logger, System.Text.Encodings.Web.UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.NoResult());
    }
}
