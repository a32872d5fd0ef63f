using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ContactRouting.Hosting;

/// <summary>
/// Hosts the app's own function classes on Kestrel, for one machine without the Azure Functions host. It finds the
/// functions as the worker does, by their attributes, and gives each call a scope and an instance of its own.
/// </summary>
internal static class LocalHost
{
    private const string DefaultUrl = "http://127.0.0.1:7071";

    public static void Run(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.AddContactRouting();
        var functions = FindFunctions().ToList();
        foreach (var (method, trigger) in functions.SelectMany(TriggersOf<TimerTriggerAttribute>))
            builder.Services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<LocalTimer>(provider, method, trigger.Schedule));

        var app = builder.Build();
        foreach (var (method, trigger) in functions.SelectMany(TriggersOf<HttpTriggerAttribute>)) Map(app, method, trigger);
        if (app.Configuration["urls"] is null) app.Urls.Add(DefaultUrl);
        app.Run();
    }

    private static IEnumerable<MethodInfo> FindFunctions() =>
        typeof(LocalHost).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Where(method => method.IsDefined(typeof(FunctionAttribute)));

    private static IEnumerable<(MethodInfo Method, T Trigger)> TriggersOf<T>(MethodInfo method)
        where T : Attribute =>
        method.GetParameters().Select(parameter => parameter.GetCustomAttribute<T>()).OfType<T>().Select(trigger => (method, trigger));

    private static void Map(WebApplication app, MethodInfo method, HttpTriggerAttribute trigger)
    {
        var create = ActivatorUtilities.CreateFactory(method.DeclaringType!, []);
        var endpoint = RequestDelegateFactory.Create(method, context => create(context.RequestServices, null), new RequestDelegateFactoryOptions { ServiceProvider = app.Services });
        app.Map($"/{trigger.Route}", endpoint.RequestDelegate).WithDisplayName(method.GetCustomAttribute<FunctionAttribute>()!.Name);
    }
}
