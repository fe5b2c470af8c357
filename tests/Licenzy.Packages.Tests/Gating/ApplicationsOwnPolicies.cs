using System.Security.Claims;
using Licenzy.AspNetCore;
using Licenzy.AspNetCore.Gating;
using Licenzy.Packages.Tests.Stubs;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Licenzy.Packages.Tests.Gating;

/// <summary>What the application set up for itself goes on as before; gates come on top.</summary>
public sealed class ApplicationsOwnPolicies
{
    private static readonly Action<WebApplicationBuilder> WithCookies = builder =>
    {
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
        builder.Services.AddAuthorizationBuilder().AddPolicy("admin", policy => policy.RequireClaim("role", "admin"));
    };

    private static void Map(WebApplication app)
    {
        app.MapGet("/signin/{type}/{subject}/{role?}", (HttpContext context, string type, string subject, string? role) => context.SignInAsync(
            new ClaimsPrincipal(new ClaimsIdentity([new Claim(type == "name" ? ClaimTypes.NameIdentifier : type, subject), new Claim("role", role ?? "none")], "test"))))
            .AllowAnonymous();
        app.MapGet("/open", () => "open");
        app.MapGet("/gated", () => "in").RequireEntitlement("PRO");
        app.MapGet("/own", () => "in").RequireAuthorization();
        app.MapGet("/admin", () => "in").RequireAuthorization("admin");
        app.MapGet("/own-and-gated", () => "in").RequireAuthorization().RequireEntitlement("PRO");
        app.MapGet("/admin-and-gated", () => "in").RequireAuthorization("admin").RequireEntitlement("PRO");
    }

    private static readonly Action<LicenzyGatingOptions> FromClaims = _ => { };

    [Test]
    public async Task A_gate_never_redirects_to_a_login_page()
    {
        await using var app = await GatedApp.StartAsync(Map, WithCookies, FromClaims);

        Assert.That((await app.GetAsync("/gated")).Status, Is.EqualTo(401));
        await app.GetAsync("/signin/sub/lapsed");
        Assert.That((await app.GetAsync("/gated")).Status, Is.EqualTo(402));
    }

    [Test]
    public async Task The_applications_own_challenges_and_refusals_are_its_own()
    {
        await using var app = await GatedApp.StartAsync(Map, WithCookies, FromClaims);

        foreach (var path in new[] { "/own", "/admin", "/own-and-gated", "/admin-and-gated" })
            Assert.That((await app.GetAsync(path)).Headers.Location?.AbsolutePath, Is.EqualTo("/Account/Login"), path);
        await app.GetAsync("/signin/sub/pro");
        foreach (var path in new[] { "/admin", "/admin-and-gated" })
            Assert.That((await app.GetAsync(path)).Headers.Location?.AbsolutePath, Is.EqualTo("/Account/AccessDenied"), path);
        Assert.That(((await app.GetAsync("/open")).Status, (await app.GetAsync("/own")).Status), Is.EqualTo((200, 200)));
    }

    [TestCase("pro", 200)]
    [TestCase("lapsed", 402)]
    [TestCase("down", 503)]
    public async Task Where_only_the_gate_is_closed_the_gate_answers(string subject, int status)
    {
        await using var app = await GatedApp.StartAsync(Map, WithCookies, FromClaims);
        await app.GetAsync($"/signin/sub/{subject}/admin");

        Assert.That((await app.GetAsync("/own-and-gated")).Status, Is.EqualTo(status));
        Assert.That((await app.GetAsync("/admin-and-gated")).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task A_subject_from_a_header_meets_an_own_requirement_that_needs_no_sign_in()
    {
        await using var app = await GatedApp.StartAsync(
            app => app.MapGet("/both", () => "in").RequireAuthorization(policy => policy.RequireAssertion(_ => true)).RequireEntitlement("PRO"));

        Assert.That(((await app.GetAsync("/both", "lapsed")).Status, (await app.GetAsync("/both", "pro")).Status), Is.EqualTo((402, 200)));
    }

    [Test]
    public async Task The_fallback_policy_stays_for_what_has_no_gate()
    {
        await using var app = await GatedApp.StartAsync(
            Map, WithCookies + (builder => builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())));

        Assert.That((await app.GetAsync("/open")).Status, Is.EqualTo(302));
        Assert.That((await app.GetAsync("/gated", "pro")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task The_default_policy_is_not_dragged_in_by_a_gate()
    {
        await using var app = await GatedApp.StartAsync(
            Map, WithCookies + (builder => builder.Services.AddAuthorizationBuilder().SetDefaultPolicy(new AuthorizationPolicyBuilder().RequireClaim("role", "admin").Build())));

        Assert.That((await app.GetAsync("/gated", "pro")).Status, Is.EqualTo(200));
        Assert.That((await app.GetAsync("/own", "pro")).Status, Is.EqualTo(302));
    }

    [TestCase("sub", null, 200)]
    [TestCase("name", null, 200)]
    [TestCase("customer", null, 401)]
    [TestCase("customer", "customer", 200)]
    [TestCase("sub", "customer", 401)]
    public async Task The_subject_is_a_claim_of_the_signed_in_user(string signedInBy, string? setting, int status)
    {
        await using var app = await GatedApp.StartAsync(Map, WithCookies, options => options.SubjectClaim = setting);
        await app.GetAsync($"/signin/{signedInBy}/pro");

        Assert.That((await app.GetAsync("/gated")).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task Claims_that_nobody_authenticated_prove_nothing()
    {
        await using var app = await GatedApp.StartAsync(
            app =>
            {
                app.Use((context, next) =>
                {
                    context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "pro")]));
                    return next(context);
                });
                app.UseRouting();
                app.UseAuthorization();
                Map(app);
            },
            gating: FromClaims);

        Assert.That((await app.GetAsync("/gated")).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task An_own_resolver_replaces_the_default()
    {
        await using var app = await GatedApp.StartAsync(Map, builder => builder.Services.AddSingleton<ISubjectResolver>(new Everybody("pro")));

        Assert.That((await app.GetAsync("/gated")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task An_own_result_handler_still_hears_of_what_is_not_a_gates()
    {
        await using var app = await GatedApp.StartAsync(Map, WithCookies + (builder => builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, Teapot>()));

        Assert.That(((await app.GetAsync("/own")).Status, (await app.GetAsync("/gated", "lapsed")).Status), Is.EqualTo((418, 402)));
    }

    [Test]
    public async Task An_own_policy_provider_still_answers_for_its_policies()
    {
        await using var app = await GatedApp.StartAsync(
            app => app.MapGet("/dynamic", () => "in").RequireAuthorization("made-up-on-the-fly"),
            WithCookies + (builder => builder.Services.AddSingleton<IAuthorizationPolicyProvider, Generous>()));

        Assert.That((await app.GetAsync("/dynamic")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Whether_policies_may_be_kept_is_the_inner_providers_to_say()
    {
        var services = new ServiceCollection().AddAuthorizationCore().AddLicenzyGating();
        await using var plain = services.BuildServiceProvider();
        services = new ServiceCollection().AddSingleton<IAuthorizationPolicyProvider, Generous>().AddLicenzyGating();
        await using var own = services.BuildServiceProvider();

        Assert.That(plain.GetRequiredService<IAuthorizationPolicyProvider>(), Is.InstanceOf<EntitlementPolicyProvider>().With.Property("AllowsCachingPolicies").True);
        Assert.That(own.GetRequiredService<IAuthorizationPolicyProvider>().AllowsCachingPolicies, Is.False);
    }

    internal sealed class Generous(IOptions<AuthorizationOptions> options) : IAuthorizationPolicyProvider
    {
        private readonly DefaultAuthorizationPolicyProvider _default = new(options);

        public Task<AuthorizationPolicy?> GetPolicyAsync(string policyName) => Task.FromResult<AuthorizationPolicy?>(
            policyName == "made-up-on-the-fly" ? new AuthorizationPolicyBuilder().RequireAssertion(_ => true).Build() : null);

        public Task<AuthorizationPolicy> GetDefaultPolicyAsync() => _default.GetDefaultPolicyAsync();

        public Task<AuthorizationPolicy?> GetFallbackPolicyAsync() => _default.GetFallbackPolicyAsync();
    }

    private sealed class Teapot : IAuthorizationMiddlewareResultHandler
    {
        public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
        {
            if (authorizeResult.Succeeded)
                return next(context);
            context.Response.StatusCode = StatusCodes.Status418ImATeapot;
            return Task.CompletedTask;
        }
    }

    private sealed class Everybody(string subject) : ISubjectResolver
    {
        public ValueTask<string?> ResolveAsync(ClaimsPrincipal user, HttpContext? context, CancellationToken cancellationToken) => new(subject);
    }
}
