// A paid API in one file. Start a server (`licenzy serve`), then give this program its key:
//   export Licenzy__ApiKey=lz_test_…        (BaseAddress is in appsettings.json)
//   dotnet run --project samples/GatedApi -- --environment Development
//   curl -i -H 'X-User: user_123' http://localhost:5000/reports
using Licenzy;
using Licenzy.AspNetCore;
using Licenzy.Usage;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddLicenzyClient();
builder.Services.AddLicenzyGating(options =>
{
    // DEVELOPMENT ONLY: anybody can write this header. In production leave SubjectFrom alone and sign your users in:
    // the subject is then their `sub` claim.
    if (builder.Environment.IsDevelopment())
        options.SubjectFrom = context => context.Request.Headers["X-User"];
});

var app = builder.Build();

app.MapGet("/", () => "Try /articles, /reports and POST /renders with the header X-User.");

// Opens to whoever holds any usable right.
app.MapGet("/articles", [RequireEntitlement] () => "Something worth paying for.");

// Opens to whoever holds the product PRO, or a product whose plan has a feature PRO.
app.MapGet("/reports", (HttpContext context) =>
    {
        var decision = context.Features.Get<EntitlementDecision>()!;
        return new { report = "…", opened_by = decision.Entitlement?.ProductCode, decision.Reason };
    })
    .RequireEntitlement("PRO");

// Takes one unit, or nothing: the answer to "does it fit?" and the taking are one step, so two calls cannot both take the last unit.
app.MapPost("/renders", async (HttpContext context, ILicenzyClient licenzy, CancellationToken cancellationToken) =>
    {
        var subject = context.Features.Get<EntitlementDecision>()!.SubjectRef!;
        // Every call is a unit of its own. Where work is queued, pass the job's id as the key: its retries then take the unit once. Never take
        // the key from the caller, who would get every repeat for nothing.
        try
        {
            var taken = await licenzy.ConsumeUsageAsync(new ConsumeUsageRequest { SubjectRef = subject, Units = 1 }, cancellationToken: cancellationToken);
            return Results.Ok(new { rendered = true, left = taken.UsageRemaining });
        }
        catch (LicenzyApiException refused) when (refused.Code == ErrorCodes.InsufficientUsage)
        {
            // 402, not 429: waiting would not help, and clients retry a 429 by themselves.
            return Results.Problem("No units are left. Buy a pack.", statusCode: StatusCodes.Status402PaymentRequired);
        }
    })
    .RequireEntitlement();

app.Run();
