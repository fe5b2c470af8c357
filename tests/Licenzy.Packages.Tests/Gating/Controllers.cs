using Licenzy.AspNetCore;
using Licenzy.Packages.Tests.Stubs;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.Extensions.DependencyInjection;
using System.Reflection;

namespace Licenzy.Packages.Tests.Gating;

[ApiController]
[Route("gated")]
[RequireEntitlement]
public sealed class GatedController : ControllerBase
{
    [HttpGet("any")]
    public IActionResult Any() => Content("in");

    [HttpGet("pro")]
    [RequireEntitlement("PRO")]
    public IActionResult Pro() => Content("in");
}

[ApiController]
[Route("leaky")]
[RequireEntitlement]
public sealed class LeakyController : ControllerBase
{
    [HttpGet("open")]
    [AllowAnonymous]
    public IActionResult Open() => Content("in");
}

public sealed class Controllers
{
    internal static void Add(WebApplicationBuilder builder, Type controller) => builder.Services.AddControllers().ConfigureApplicationPartManager(parts =>
    {
        parts.ApplicationParts.Clear();
        parts.ApplicationParts.Add(new AssemblyPart(typeof(Controllers).Assembly));
        parts.FeatureProviders.Clear();
        parts.FeatureProviders.Add(new Only(controller.GetTypeInfo()));
    });

    [TestCase("/gated/any", "pack", 200)]
    [TestCase("/gated/any", "lapsed", 402)]
    [TestCase("/gated/any", null, 401)]
    [TestCase("/gated/pro", "pro", 200)]
    [TestCase("/gated/pro", "pack", 402)]
    [TestCase("/gated/pro", "down", 503)]
    public async Task The_gate_of_the_class_and_that_of_the_method_are_both_needed(string path, string? subject, int status)
    {
        await using var app = await GatedApp.StartAsync(app => app.MapControllers(), builder => Add(builder, typeof(GatedController)));

        Assert.That((await app.GetAsync(path, subject)).Status, Is.EqualTo(status));
    }

    private sealed class Only(TypeInfo controller) : IApplicationFeatureProvider<ControllerFeature>
    {
        public void PopulateFeature(IEnumerable<ApplicationPart> parts, ControllerFeature feature) => feature.Controllers.Add(controller);
    }
}
