System.Console.Error.WriteLine("licenzy has no verbs yet.");
return 2;
