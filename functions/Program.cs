using ContactRouting.Hosting;
using Microsoft.Extensions.Options;

try
{
#if FUNCTIONS_WORKER_PACKAGES
    // `serve` runs the app without the Functions host, which starts the worker with arguments of its own.
    if (args is not ["serve", ..])
    {
        FunctionsWorkerHost.Run(args);
        return 0;
    }
#endif
    LocalHost.Run([.. args.SkipWhile(arg => arg == "serve")]);
    return 0;
}
catch (OptionsValidationException error)
{
    foreach (var failure in error.Failures) Console.Error.WriteLine($"Setting: {failure}");
    return 1;
}
catch (AggregateException error) when (error.InnerExceptions.All(inner => inner is OptionsValidationException))
{
    foreach (var failure in error.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures)) Console.Error.WriteLine($"Setting: {failure}");
    return 1;
}
catch (InvalidOperationException error) when (error.InnerException is FormatException)
{
    // The configuration binder's: a value that is no number, flag or URI. It names the setting with colons.
    Console.Error.WriteLine($"Setting: {error.Message.Replace(":", "__", StringComparison.Ordinal)}");
    return 1;
}
