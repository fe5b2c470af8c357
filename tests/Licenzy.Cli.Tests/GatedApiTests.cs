using System.Net;
using Licenzy.Portal;
using Licenzy.Testing;

namespace Licenzy.Cli.Tests;

/// <summary>The sample, as a process of its own, against a real server.</summary>
public sealed class GatedApiTests
{
    [Test]
    public async Task Its_doors_open_to_who_holds_the_right_and_units_run_out()
    {
        await using var server = await LicenzyTestServer.StartAsync();
        using var portal = LicenzyPortalClient.Create(new LicenzyPortalClientOptions { BaseAddress = server.BaseAddress, AdminKey = server.AdminKey });
        await portal.CreateProductAsync(new CreateProductRequest { Mode = "test", ProductCode = "PRO", Name = "Pro", Kind = "subscription", StripePriceId = "price_pro" });
        await portal.CreateProductAsync(new CreateProductRequest { Mode = "test", ProductCode = "PACK", Name = "Pack", Kind = "usage_pack", StripePriceId = "price_pack", Units = 1 });

        var address = FreePort.Address();
        await using var api = Tool.Start(
            Assembly(),
            new Dictionary<string, string>
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development", ["ASPNETCORE_URLS"] = address.ToString(),
                ["Licenzy__BaseAddress"] = server.BaseAddress.ToString(), ["Licenzy__ApiKey"] = server.TestKey,
            });
        await api.AnswersAsync(address);

        using var http = new HttpClient { BaseAddress = address };
        Assert.That((await http.GetAsync(new Uri("/articles", UriKind.Relative))).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized), "nobody asks");
        http.DefaultRequestHeaders.Add("X-User", "user_1");
        Assert.That((await http.GetAsync(new Uri("/articles", UriKind.Relative))).StatusCode, Is.EqualTo(HttpStatusCode.PaymentRequired), "no right");

        await portal.GrantAsync("user_1", "test", new GrantRequest { ProductCode = "PACK", Reason = "a test" });
        Assert.That((await http.GetAsync(new Uri("/articles", UriKind.Relative))).StatusCode, Is.EqualTo(HttpStatusCode.OK), "any right");
        Assert.That((await http.GetAsync(new Uri("/reports", UriKind.Relative))).StatusCode, Is.EqualTo(HttpStatusCode.PaymentRequired), "another product");
        Assert.That((await http.PostAsync(new Uri("/renders", UriKind.Relative), null)).StatusCode, Is.EqualTo(HttpStatusCode.OK), "the only unit");
        Assert.That((await http.PostAsync(new Uri("/renders", UriKind.Relative), null)).StatusCode, Is.EqualTo(HttpStatusCode.PaymentRequired), "none left");

        await portal.GrantAsync("user_1", "test", new GrantRequest { ProductCode = "PRO", Reason = "a test" });
        Assert.That(await http.GetStringAsync(new Uri("/reports", UriKind.Relative)), Does.Contain("PRO"));
    }

    // Built with these tests, in its own folder: the same configuration and framework as theirs.
    private static string Assembly()
    {
        var tests = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        var (framework, configuration) = (tests.Name, tests.Parent!.Name);
        var root = tests.Parent.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(root, "samples", "GatedApi", "bin", configuration, framework, "GatedApi.dll");
    }
}
