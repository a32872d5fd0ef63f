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
