using Millwright.Bench.Detection;

return ScoreCommand.Run(args, Console.Out);
