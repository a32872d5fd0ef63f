#:sdk Microsoft.NET.Sdk.Web
#:property PublishAot=false
// A bare ASP.NET Core app that answers one route: what the product's start is measured against.
var app = WebApplication.CreateSlimBuilder(args).Build();
app.MapGet("/healthz", () => Results.Json(new { status = "ok" }));
app.Run();
